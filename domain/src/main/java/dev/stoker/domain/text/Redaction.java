package dev.stoker.domain.text;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes secrets out of texts that leave Stoker: incident capsules, hooks, what is kept of a launch.
 * Those that are known by their value, and what looks like one. Pure; for any thread.
 */
public final class Redaction {
  /** What stands in place of a secret. */
  public static final String HIDDEN = "[redacted]";

  /** Shorter values are words that stand everywhere. */
  private static final int SHORTEST = 6;

  /** Whole words of a name: {@code --max-num-batched-tokens} is no secret. */
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "(?i)(?:.*[_.-])?-*(?:TOKEN|SECRET|PASSWORD|PASSWD|PASS|PWD|CREDENTIALS?|APIKEY|KEY"
              + "|AUTHORIZATION|COOKIE)(?:[_.-](?:ID|VALUE|B64|BASE64|KEY|ACCESS_KEY))?");

  /** Where the shell is, and was: the name means print working directory. */
  private static final Set<String> NO_SECRETS = Set.of("PWD", "OLDPWD");

  private record Rule(Pattern pattern, String replacement) {
    static Rule of(String pattern, String replacement) {
      return new Rule(Pattern.compile(pattern), replacement);
    }
  }

  /** Bounded everywhere: a long line costs no more than its length. */
  private static final List<Rule> RULES =
      List.of(
          Rule.of("\\bhf_[A-Za-z0-9]{8,200}", HIDDEN),
          Rule.of("\\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,200}", HIDDEN),
          Rule.of(
              "\\b(?:ghp|gho|ghs|ghu|github_pat|glpat|xox[abprs])[_-][A-Za-z0-9_-]{10,200}",
              HIDDEN),
          Rule.of("\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b", HIDDEN),
          Rule.of(
              "\\beyJ[A-Za-z0-9_-]{8,2000}\\.[A-Za-z0-9_-]{8,2000}\\.[A-Za-z0-9_-]{0,2000}",
              HIDDEN),
          Rule.of("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]{6,2000}", "$1 " + HIDDEN),
          // The user's part of a URL: name and password, or a token alone.
          Rule.of("\\b([a-z][a-z0-9+.-]{1,20}://)[^\\s/@'\"]{1,500}@", "$1" + HIDDEN + "@"),
          Rule.of(
              "(?i)([?&](?:token|key|api_key|apikey|access_token|signature|sig|password"
                  + "|x-amz-[a-z-]{1,40})=)[^&\\s'\"]{1,2000}",
              "$1" + HIDDEN),
          // As in 'api_key': ['a', 'b'], hf_token=k, --api-key k, "password": "k", DB_PASS=k.
          Rule.of(
              "(?i)((?:--)?\\\\?[\"']?\\b[a-z0-9_-]{0,40}(?:api[_-]?key|hf[_-]token|secret|passwo?r?d|access[_-]?token|auth[_-]?token)[a-z0-9_-]{0,30}\\\\?[\"']?\\s{0,3}[:="
                  + " ]\\s{0,3}\\[?\\s{0,3}\\\\?[\"']?)"
                  + "(?!None\\b|null\\b|\\[redacted)(?:[^\\s\"',\\]}\\\\]{3,2000}"
                  + "(?:\\\\?[\"'],\\s{0,3}\\\\?[\"'](?=[^\"':]{3,200}\\\\?[\"']\\s{0,3}[\\],]))?){1,20}",
              "$1" + HIDDEN),
          Rule.of(
              "(\\b[A-Z0-9_]{0,40}(?:TOKEN|PASS|PASSWORD|SECRET|API_KEY)=)(?!\\[redacted)[^\\s\"',;]{3,2000}",
              "$1" + HIDDEN),
          Rule.of(
              "(?i)(\\\\?[\"']token\\\\?[\"']\\s{0,3}:\\s{0,3}\\\\?[\"'])[^\"'\\\\]{6,2000}",
              "$1" + HIDDEN));

  private final List<String> known;

  private Redaction(List<String> known) {
    this.known = known;
  }

  /** {@return one that knows no values, only what secrets look like} */
  public static Redaction byLooks() {
    return new Redaction(List.of());
  }

  /** {@return one that knows the values of variables whose names say that they are secrets} */
  public static Redaction of(Map<String, String> environment) {
    return ofValues(
        environment.entrySet().stream()
            .filter(each -> isSecret(each.getKey()))
            .map(Map.Entry::getValue)
            .toList());
  }

  /** {@return one that knows these values} */
  public static Redaction ofValues(Collection<String> secrets) {
    return new Redaction(
        secrets.stream()
            .map(String::strip)
            .filter(each -> each.length() >= SHORTEST)
            .distinct()
            // A secret that holds another is looked for first.
            .sorted((a, b) -> Integer.compare(b.length(), a.length()))
            .toList());
  }

  /** {@return whether a variable, or a setting, of that name holds a secret} */
  public static boolean isSecret(String name) {
    return !NO_SECRETS.contains(name.strip()) && SECRET_NAME.matcher(name.strip()).matches();
  }

  /** {@return the text without secrets} */
  public String redact(String text) {
    String clean = text;
    for (String secret : known) {
      clean = clean.replace(secret, HIDDEN);
    }
    for (Rule rule : RULES) {
      clean = rule.pattern().matcher(clean).replaceAll(rule.replacement());
    }
    return clean;
  }

  /** {@return the value of a variable as it may be kept: of a secret only that it is set} */
  public String redact(String name, String value) {
    return isSecret(name) ? "(set)" : redact(value);
  }
}
