package dev.stoker.domain.failure;

import dev.stoker.domain.model.ModelId;
import java.util.List;

/** What can be wrong with a model. */
public sealed interface ModelFailure extends Failure {
  /**
   * The Hub does not know it (FR-044).
   *
   * @param id as it was asked for
   * @param evidence what said so
   */
  record ModelNotFound(ModelId id, Evidence evidence) implements ModelFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.MODEL_NOT_FOUND;
    }

    @Override
    public String what() {
      return "the Hub has no model '" + id + "' (" + id.page() + ")";
    }

    @Override
    public String cause() {
      return "the name is misspelt, or the model is private and no token was given";
    }

    @Override
    public String remedy() {
      return "check the name at " + id.page() + "; for a private model set HF_TOKEN";
    }
  }

  /** Why the Hub refuses ({@code facts-hub-and-gpu.md} C3). */
  enum Refusal {
    /** Nobody says who asks; it is private, or is not there at all. */
    UNKNOWN_ASKER(
        "no token, or a token without access, was given; or there is no such model: without a token"
            + " the Hub does not tell",
        "check the name, and "),
    /** Its terms must be accepted first. */
    GATED("the model is gated: its terms must be accepted first", "accept the terms at %s, then "),
    /** Its terms were accepted, and its authors have not answered. */
    AWAITING("the request for access awaits its authors' review", "wait for their answer at %s; "),
    /** Its authors said no. */
    REJECTED("the request for access was rejected by its authors", "take another model, or "),
    /** The token is none, or not any more: the Hub then refuses even what is public. */
    BAD_TOKEN("the token is not valid, or not any more", "remove the token, or "),
    /** The token may not read gated models. */
    TOKEN_SCOPE(
        "the token may not read public gated models", "allow that in the token's settings, or ");

    private final String cause;
    private final String first;

    Refusal(String cause, String first) {
      this.cause = cause;
      this.first = first;
    }
  }

  /**
   * The Hub wants to know who asks, or wants its terms accepted (FR-045).
   *
   * @param id as it was asked for
   * @param refusal why
   * @param evidence what said so
   */
  record AccessDenied(ModelId id, Refusal refusal, Evidence evidence) implements ModelFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.AUTHENTICATION_REQUIRED;
    }

    @Override
    public String what() {
      return "the Hub refuses access to '" + id + "'";
    }

    @Override
    public String cause() {
      return refusal.cause;
    }

    @Override
    public String remedy() {
      return String.format(refusal.first, id.page())
          + "set HF_TOKEN to a token with read access (https://huggingface.co/settings/tokens)";
    }
  }

  /**
   * The text names no model (FR-026).
   *
   * @param text what was written
   * @param problem which rule it breaks
   */
  record InvalidModelReference(String text, String problem) implements ModelFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.INVALID_MODEL;
    }

    @Override
    public String what() {
      return "'" + text + "' names no model: it " + problem;
    }

    @Override
    public String cause() {
      return "";
    }

    @Override
    public String remedy() {
      return "give a Hub id such as Qwen/Qwen3-8B, a folder (beginning with /, ./, ../ or ~/), or"
          + " 'demo'";
    }
  }

  /**
   * A folder that holds no servable model, or files that are damaged.
   *
   * @param model folder or id
   * @param problem what is missing or broken
   * @param evidence what said so
   */
  record FilesBroken(String model, String problem, Evidence evidence) implements ModelFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.MODEL_FILES_BROKEN;
    }

    @Override
    public String what() {
      return "model '" + model + "': " + problem;
    }

    @Override
    public String cause() {
      return "the folder is not a model, or copying or fetching it did not finish";
    }

    @Override
    public String remedy() {
      return "a model folder holds config.json, a tokenizer and *.safetensors; fetch it again, or"
          + " name the right folder";
    }
  }

  /**
   * This version of the server cannot run it.
   *
   * @param model folder or id
   * @param problem the server's own words
   * @param evidence what said so
   */
  record Unsupported(String model, String problem, Evidence evidence) implements ModelFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.UNSUPPORTED_ARCHITECTURE;
    }

    @Override
    public String what() {
      return "the server cannot run '" + model + "': " + problem;
    }

    @Override
    public String cause() {
      return "the model's architecture or settings are unknown to this version of vLLM";
    }

    @Override
    public String remedy() {
      return "try another version ('stoker engine install vllm --version …') or another model; with"
          + " custom code you trust: '-- --trust-remote-code'";
    }
  }

  /**
   * It is not on this machine, and nothing may be fetched (FR-024).
   *
   * @param model folder or id
   * @param missing which files are; empty where that is not known
   * @param evidence what said so
   */
  record NotCached(String model, List<String> missing, Evidence evidence) implements ModelFailure {
    /** Copies the list. */
    public NotCached {
      missing = List.copyOf(missing);
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.NOT_CACHED;
    }

    @Override
    public String what() {
      return "'"
          + model
          + "' is not complete in the local cache, and the network is switched off"
          + (missing.isEmpty() ? "" : "; missing: " + shortened());
    }

    @Override
    public String cause() {
      return "HF_HUB_OFFLINE is set, or the Hub cannot be reached";
    }

    @Override
    public String remedy() {
      return "fetch the model while online ('stoker models pull'), unset HF_HUB_OFFLINE, or give a"
          + " local folder";
    }

    private String shortened() {
      int most = 5;
      String first = String.join(", ", missing.subList(0, Math.min(most, missing.size())));
      return missing.size() > most ? first + " and " + (missing.size() - most) + " more" : first;
    }
  }
}
