package dev.stoker.domain.failure;

import dev.stoker.domain.model.ModelId;

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

  /**
   * The Hub wants to know who asks, or wants its terms accepted (FR-045).
   *
   * @param id as it was asked for
   * @param gated whether terms must be accepted
   * @param evidence what said so
   */
  record AccessDenied(ModelId id, boolean gated, Evidence evidence) implements ModelFailure {
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
      return gated
          ? "the model is gated: its terms must be accepted first"
          : "no token, or a token without access, was given";
    }

    @Override
    public String remedy() {
      String terms = gated ? "accept the terms at " + id.page() + ", then " : "";
      return terms
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
   * @param evidence what said so
   */
  record NotCached(String model, Evidence evidence) implements ModelFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.NOT_CACHED;
    }

    @Override
    public String what() {
      return "'" + model + "' is not complete in the local cache, and the network is switched off";
    }

    @Override
    public String cause() {
      return "HF_HUB_OFFLINE is set, or the Hub cannot be reached";
    }

    @Override
    public String remedy() {
      return "fetch the model while online, unset HF_HUB_OFFLINE, or give a local folder";
    }
  }
}
