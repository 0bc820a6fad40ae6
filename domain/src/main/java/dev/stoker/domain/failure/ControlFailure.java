package dev.stoker.domain.failure;

import dev.stoker.domain.service.ServiceName;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What goes wrong between a Stoker that runs and those who talk to it. */
public sealed interface ControlFailure extends Failure {
  /**
   * Nobody knows that service.
   *
   * @param name what was asked for
   * @param known which there are
   */
  record UnknownService(ServiceName name, List<ServiceName> known) implements ControlFailure {
    /** Copies the list. */
    public UnknownService {
      known = List.copyOf(known);
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.UNKNOWN_SERVICE;
    }

    @Override
    public String what() {
      return "there is no service '" + name + "'; there are: " + (known.isEmpty() ? "none" : known);
    }

    @Override
    public String cause() {
      return "";
    }

    @Override
    public String remedy() {
      return "see 'stoker services'; add one to the configuration and 'stoker reload', or bring one"
          + " with 'stoker up MODEL'";
    }
  }

  /**
   * There is nobody to obey.
   *
   * @param where the home that was looked in, and what was found there
   */
  record NoDaemon(String where) implements ControlFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.NO_DAEMON;
    }

    @Override
    public String what() {
      return "no Stoker daemon answers for " + where;
    }

    @Override
    public String cause() {
      return "";
    }

    @Override
    public String remedy() {
      return "start one with 'stoker serve', or run one model in the foreground with 'stoker up"
          + " MODEL'";
    }
  }

  /**
   * Somebody else has a port that Stoker itself listens on.
   *
   * @param listener what listens there: {@code control} or {@code gateway}
   * @param port which
   */
  record OwnPortInUse(String listener, int port) implements ControlFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.PORT_IN_USE;
    }

    @Override
    public String what() {
      return "port " + port + " of the " + title() + " is in use";
    }

    @Override
    public String cause() {
      return "another program listens there, or the daemon of another home";
    }

    @Override
    public String remedy() {
      return "give this one another with --"
          + listener
          + "-port or STOKER_"
          + listener.toUpperCase(Locale.ROOT)
          + "_PORT";
    }

    private String title() {
      return listener.equals("control") ? "control API" : listener;
    }
  }

  /**
   * A request that is not understood, or not allowed.
   *
   * @param problem what is wrong with it
   * @param status the HTTP status that says the same, 400 to 499
   * @param advice what to do
   */
  record RequestRefused(String problem, int status, String advice) implements ControlFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.REQUEST_REFUSED;
    }

    @Override
    public String what() {
      return problem;
    }

    @Override
    public String cause() {
      return "";
    }

    @Override
    public String remedy() {
      return advice;
    }
  }

  /**
   * A service of that name is up, and it is another one.
   *
   * @param name which
   * @param differences the keys whose values differ
   */
  record ServiceDiffers(ServiceName name, List<String> differences) implements ControlFailure {
    /** Copies the list. */
    public ServiceDiffers {
      differences = List.copyOf(differences);
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.SERVICE_DIFFERS;
    }

    @Override
    public String what() {
      return "service '" + name + "' is up with another " + String.join(", ", differences);
    }

    @Override
    public String cause() {
      return "";
    }

    @Override
    public String remedy() {
      return "stop it first ('stoker stop " + name + "'), or take another name (--name)";
    }
  }

  /**
   * A failure as another Stoker reported it, or as it was written down.
   *
   * @param code the row of the catalogue
   * @param what what happened
   * @param cause why most likely
   * @param remedy what to do
   * @param evidence what it was concluded from
   */
  record Reported(ErrorCode code, String what, String cause, String remedy, Evidence evidence)
      implements ControlFailure {
    /** {@return the failure without its kind: what is left of it where it is only read} */
    public static Reported of(Failure failure) {
      return failure instanceof Reported same
          ? same
          : new Reported(
              failure.code(),
              failure.what(),
              failure.cause(),
              failure.remedy(),
              failure.evidence());
    }
  }

  /**
   * A service that has failed, and is not started because somebody asks for it (FR-050).
   *
   * @param why it failed
   */
  record StaysFailed(Failure why) implements ControlFailure {
    @Override
    public ErrorCode code() {
      return why.code();
    }

    @Override
    public String what() {
      return why.what();
    }

    @Override
    public String cause() {
      return why.cause();
    }

    @Override
    public String remedy() {
      return why.remedy()
          + "; then start it by hand ('stoker start NAME'): until then it stays failed";
    }

    @Override
    public Evidence evidence() {
      return why.evidence();
    }
  }

  /**
   * A model that was to be switched to does not serve (FR-027).
   *
   * @param wanted the new model
   * @param why it does not serve
   * @param before the model before
   * @param worse why that one does not serve any more either; null where it does
   */
  record SwitchFailed(String wanted, Failure why, String before, @Nullable Failure worse)
      implements ControlFailure {
    @Override
    public ErrorCode code() {
      return why.code();
    }

    @Override
    public String what() {
      return "'"
          + wanted
          + "' could not be served: "
          + why.what()
          + (worse == null
              ? "; '" + before + "' serves again"
              : "; and '" + before + "' did not come back: " + worse.what());
    }

    @Override
    public String cause() {
      return why.cause();
    }

    @Override
    public String remedy() {
      return worse == null ? why.remedy() : worse.remedy();
    }

    @Override
    public Evidence evidence() {
      return why.evidence();
    }
  }

  /**
   * An answer was under way when its server was to end, and took longer than it was given.
   *
   * @param model what was asked
   */
  record AnswerCut(String model) implements ControlFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.ANSWER_CUT;
    }

    @Override
    public String what() {
      return "the answer of '" + model + "' was ended early: its server was stopped";
    }

    @Override
    public String cause() {
      return "it took longer than drain_timeout_seconds, or the stop was hurried";
    }

    @Override
    public String remedy() {
      return "ask again; for longer answers raise lifecycle.drain_timeout_seconds";
    }
  }

  /**
   * A server that is well refuses a request.
   *
   * @param model what was asked
   * @param status the HTTP status
   * @param message what it says
   */
  record RequestDeclined(String model, int status, String message) implements ControlFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.REQUEST_REFUSED;
    }

    @Override
    public String what() {
      return "the server of '" + model + "' refuses the request (HTTP " + status + ")";
    }

    @Override
    public String cause() {
      return message;
    }

    @Override
    public String remedy() {
      return "change the request as the server's message says";
    }
  }
}
