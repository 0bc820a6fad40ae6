package dev.stoker.infrastructure.provider.vllm;

import static dev.stoker.infrastructure.provider.vllm.FailureRow.always;
import static dev.stoker.infrastructure.provider.vllm.FailureRow.atStart;

import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ModelFailure.AccessDenied;
import dev.stoker.domain.failure.ModelFailure.ModelNotFound;
import dev.stoker.domain.failure.ModelFailure.NotCached;
import dev.stoker.domain.failure.ModelFailure.Refusal;
import dev.stoker.domain.failure.ModelFailure.Unsupported;
import dev.stoker.domain.failure.ResourceFailure.DiskFull;
import dev.stoker.domain.failure.ResourceFailure.NetworkFailed;
import dev.stoker.domain.model.ModelId;
import java.util.List;

/** The model: on the Hub, in the cache, its files, its architecture. */
final class ModelRows {
  private static final String AGAIN =
      "fetch or copy the model again; 'stoker models du' shows where those of the Hub are kept";

  private ModelRows() {}

  static final List<FailureRow> ROWS =
      List.of(
          atStart(
              "GATED",
              "GatedRepoError|You are trying to access a gated repo|Cannot access gated repo"
                  + "|Access to model \\S+ is restricted",
              found -> denied(found, true)),
          atStart(
              "OFFLINE_MISS",
              "outgoing traffic has been disabled|Cannot find an appropriate cached snapshot"
                  + "|OfflineModeIsEnabled|offline mode is enabled",
              found -> new NotCached(found.subject().model(), List.of(), found.evidence())),
          atStart(
              "MODEL_NOT_FOUND",
              "RepositoryNotFoundError|RevisionNotFoundError|404 Client Error|'404 Not Found'|is"
                  + " not a valid model identifier|Repo id must be in the form|No supported config"
                  + " format found in",
              ModelRows::notFound),
          atStart(
              "UNAUTHORISED",
              "401 Client Error|'401 Unauthorized'|Invalid username or password",
              found -> denied(found, false)),
          atStart("FORBIDDEN", "403 Client Error|'403 Forbidden'", found -> denied(found, false)),
          always(
              "DISK_FULL",
              "No space left on device|Not enough free disk space to download|Disk quota exceeded",
              found ->
                  found.evident(
                      new DiskFull("the place that the server writes to", found.words()))),
          atStart(
              "WEIGHTS_MISSING",
              "Cannot find any model weights with|Weight files referenced in index but missing:"
                  + " (.{0,400})",
              found ->
                  found.failure(
                      ErrorCode.MODEL_FILES_BROKEN,
                      "model '"
                          + found.subject().model()
                          + "' has no weights, or not all of them: "
                          + found.words(),
                      "copying or fetching it did not finish, or the folder is not a model's",
                      AGAIN)),
          atStart(
              "WEIGHTS_CORRUPT",
              "SafetensorError: (.{0,300})|HeaderTooLarge|InvalidHeaderDeserialization"
                  + "|MetadataIncompleteBuffer|incomplete metadata, file not fully covered"
                  + "|PytorchStreamReader failed|UnpicklingError: invalid load key",
              found ->
                  found.failure(
                      ErrorCode.MODEL_FILES_BROKEN,
                      "a weight file of '"
                          + found.subject().model()
                          + "' is damaged: "
                          + found.words(),
                      "it was cut short, or is a Git LFS pointer of a few hundred bytes instead of"
                          + " the file",
                      "look for a file that is too small ('ls -lL' in the folder), remove it and "
                          + AGAIN)),
          atStart(
              "CONFIG_JSON",
              "config file at '([^']{1,400})' is not a valid JSON file",
              found ->
                  found.failure(
                      ErrorCode.MODEL_FILES_BROKEN,
                      "'" + found.number(1) + "' is not valid JSON",
                      "the file is damaged or was edited wrongly",
                      "correct it ('python3 -m json.tool FILE' names line and column), or "
                          + AGAIN)),
          atStart(
              "TOKENIZER",
              "Couldn't instantiate the backend tokenizer|Can't load tokenizer for"
                  + "|tokenizer\\.json.{0,80}(?:not found|No such file)",
              found ->
                  found.failure(
                      ErrorCode.MODEL_FILES_BROKEN,
                      "the tokenizer of '" + found.subject().model() + "' is missing or broken",
                      "the folder lacks tokenizer.json, or holds a kind that needs a further"
                          + " package",
                      "add the tokenizer's files to the folder, or name another with '--"
                          + " --tokenizer'")),
          atStart(
              "REMOTE_CODE",
              "contains custom code which must be executed|trust_remote_code=True"
                  + "|requires you to execute the configuration file in that repo",
              found ->
                  found.failure(
                      ErrorCode.UNSUPPORTED_ARCHITECTURE,
                      "'"
                          + found.subject().model()
                          + "' brings code of its own, which is not run"
                          + " unasked",
                      "this version of vLLM does not know the model by itself",
                      "read that code; if you trust it: '-- --trust-remote-code'. Else another"
                          + " version of vLLM may know the model")),
          atStart(
              "ARCH",
              "Transformers does not recognize this|[Mm]odel architectures? .{1,200} (?:are|is) not"
                  + " supported|failed to be inspected|was supported in vLLM until",
              found -> new Unsupported(found.subject().model(), found.words(), found.evidence())),
          atStart(
              "WEIGHTS_MISMATCH",
              "weights were not initialized from checkpoint|There is no module or parameter named"
                  + "|size mismatch for|exceeds dimension size"
                  + "|[Aa]ttempted to load weight .{1,200}into parameter",
              found ->
                  found.failure(
                      ErrorCode.MODEL_FILES_BROKEN,
                      "the weights of '"
                          + found.subject().model()
                          + "' do not fit its config.json: "
                          + found.words(),
                      "files of two models or two revisions are mixed, or this version of vLLM"
                          + " reads the model wrongly",
                      AGAIN + "; else try another version of vLLM")),
          atStart(
              "NETWORK",
              "We couldn't connect to '?([^' ]{0,300})|Max retries exceeded with url"
                  + "|Name or service not known|Temporary failure in name resolution"
                  + "|429 Client Error|'429 Too Many Requests'|'5\\d\\d [A-Z]|5\\d\\d Server Error"
                  + "|ReadTimeout|ConnectTimeout|IncompleteRead|Consistency check failed"
                  + "|specific connection error when trying to load",
              found -> new NetworkFailed(found.words(), found.evidence())));

  /** After all others: vLLM wraps every trouble with the Hub in these words. */
  static final List<FailureRow> LAST =
      List.of(
          atStart(
              "MODEL_UNCLEAR",
              "Invalid repository ID or local directory",
              found ->
                  found.failure(
                      ErrorCode.MODEL_NOT_FOUND,
                      "vLLM could not get '"
                          + found.subject().model()
                          + "'"
                          + (found.subject().hub() == null
                              ? ""
                              : " (" + found.subject().hub().page() + ")"),
                      "there is none of that name, or no access to it, or no way to the Hub; which"
                          + " of these, it does not say",
                      "check the name, HF_TOKEN for a private or gated model, and the"
                          + " connection")));

  private static Failure denied(Finding found, boolean gated) {
    ModelId id = found.subject().hub();
    return id == null
        ? found.failure(
            ErrorCode.AUTHENTICATION_REQUIRED,
            "the Hub refuses access to '" + found.subject().model() + "': " + found.words(),
            gated ? "its terms must be accepted first" : "no token, or one without access",
            "set HF_TOKEN to a token with read access (https://huggingface.co/settings/tokens)")
        : new AccessDenied(id, gated ? Refusal.GATED : Refusal.UNKNOWN_ASKER, found.evidence());
  }

  private static Failure notFound(Finding found) {
    ModelId id = found.subject().hub();
    return id == null
        ? found.failure(
            ErrorCode.MODEL_FILES_BROKEN,
            "'" + found.subject().model() + "' is no folder with a model, and no id of the Hub",
            "the path is wrong, or config.json is missing in it",
            "name the folder that holds config.json")
        : new ModelNotFound(id, found.evidence());
  }
}
