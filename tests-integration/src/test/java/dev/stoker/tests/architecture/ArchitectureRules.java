package dev.stoker.tests.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The rules of {@code docs/architecture.md}, below any root package: {@link ArchitectureTest} holds
 * them against Stoker, and against classes made to break them.
 */
final class ArchitectureRules {
  private final String root;
  private final Map<String, ArchRule> rules = new LinkedHashMap<>();

  ArchitectureRules(String root) {
    this.root = root;
    layers();
    places();
    shapes();
  }

  Map<String, ArchRule> all() {
    return rules;
  }

  private String in(String part) {
    return root + "." + part;
  }

  private void add(String name, ArchRule rule, String because) {
    rules.put(name, rule.because(because).allowEmptyShould(true));
  }

  private static GivenClassesConjunction ours() {
    return classes().that(not(simpleName("package-info")).and(areNotGenerated()));
  }

  /** Dagger marks what it writes; rules are for what we write. */
  private static DescribedPredicate<JavaClass> areNotGenerated() {
    return DescribedPredicate.describe(
        "are not generated",
        each ->
            !each.isAnnotatedWith("dagger.internal.DaggerGenerated")
                && !each.getName().contains("Dagger"));
  }

  private void layers() {
    add(
        "domain-is-pure",
        classes()
            .that()
            .resideInAPackage(in("domain.."))
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", in("domain..")),
        "the domain is values and decisions");
    add(
        "application-knows-no-adapter",
        noClasses()
            .that()
            .resideInAPackage(in("application.."))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                in("infrastructure.."),
                in("http.."),
                in("cli.."),
                "okhttp3..",
                "com.squareup.moshi..",
                "org.snakeyaml..",
                "java.sql..",
                "org.sqlite.."),
        "the application speaks to the outside by ports");
    add(
        "only-bootstrap-sees-infrastructure",
        noClasses()
            .that()
            .resideInAnyPackage(in("cli.."), in("http.."))
            .and()
            .resideOutsideOfPackage(in("cli.bootstrap.."))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(in("infrastructure..")),
        "adapters drive the application, nothing else");
    add(
        "adapters-do-not-know-each-other",
        slices()
            .matching(in("infrastructure.(*).."))
            .should()
            .notDependOnEachOther()
            .ignoreDependency(
                resideInAnyPackage(in("infrastructure")), DescribedPredicate.alwaysTrue())
            .ignoreDependency(
                resideInAnyPackage(in("infrastructure.provider")),
                resideInAnyPackage(in("infrastructure.provider.."))),
        "an adapter that needs another is in the wrong place");
    add(
        "no-cycles",
        slices()
            .matching(root + ".(**)")
            .should()
            .beFreeOfCycles()
            .ignoreDependency(areNotOurs(), DescribedPredicate.alwaysTrue()),
        "packages that need each other are one package");
  }

  /** Ports and the values they carry lie one above the other; generated wiring sees everything. */
  private DescribedPredicate<JavaClass> areNotOurs() {
    return DescribedPredicate.describe(
        "wiring or shared values",
        each ->
            each.getName().contains("Component")
                || each.getName().contains("Dagger")
                || each.getSimpleName().equals("Application")
                || each.getSimpleName().equals("Infrastructure")
                || each.getPackageName().equals(in("application"))
                || each.getPackageName().equals(in("cli"))
                || each.getPackageName().startsWith(in("domain")));
  }

  private void places() {
    add(
        "exit-only-in-main",
        noClasses()
            .that()
            .doNotHaveSimpleName("Main")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class),
        "a library never ends its host");
    add(
        "print-only-in-render",
        noClasses()
            .that()
            .resideOutsideOfPackage(in("cli.render.."))
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err"),
        "what is printed is decided in one place");
    add(
        "time-only-in-named-places",
        noClasses()
            .that()
            .resideInAnyPackage(in("domain.."), in("application.."))
            .should()
            .callMethod("java.time.Instant", "now")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Thread.class, "ofVirtual")
            .orShould()
            .callMethod(Thread.class, "ofPlatform")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.Executors"),
        "what tells time or starts threads cannot be simulated");
    add(
        "no-sleep",
        noClasses().should().callMethod(Thread.class, "sleep", long.class),
        "whoever waits, waits for something");
    add(
        "processes-only-in-process",
        noClasses()
            .that()
            .resideOutsideOfPackage(in("infrastructure.process.."))
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.ProcessBuilder"),
        "one place launches");
    add(
        "environment-only-in-settings",
        noClasses()
            .that()
            .haveNameNotMatching(".*\\.(Settings|Terminal|ReadyText)")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class),
        "settings are read once, at the start");
    add(
        "signals-only-in-signals",
        noClasses()
            .that()
            .doNotHaveSimpleName("Signals")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("sun.."),
        "ADR-0004: one use of an unsupported interface");
  }

  private void shapes() {
    add(
        "domain-types-are-values",
        ours()
            .and()
            .resideInAPackage(in("domain.."))
            .and()
            .areNotInterfaces()
            .and()
            .areNotEnums()
            .and()
            .doNotHaveModifier(JavaModifier.SYNTHETIC)
            .and()
            .areNotAnonymousClasses()
            .should()
            .haveModifier(JavaModifier.FINAL),
        "records, enums, sealed interfaces and final classes");
    add(
        "domain-fields-are-final",
        fields()
            .that()
            .areDeclaredInClassesThat()
            .resideInAPackage(in("domain.."))
            .should()
            .beFinal(),
        "a value does not change");
    add(
        "no-vague-names",
        noClasses()
            .that(areNotGenerated())
            .should()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils"),
        "a name says what it is");
    add(
        "ports-are-interfaces-or-records",
        ours()
            .and()
            .resideInAnyPackage(in("application.port.."))
            .should()
            .beInterfaces()
            .orShould()
            .beRecords(),
        "a port promises, it does nothing");
    add(
        "services-are-hidden",
        ours()
            .and()
            .resideInAPackage(in("application.service.."))
            .and(topLevel())
            .and(not(simpleName("ApplicationModule")))
            .and(not(simpleName("ApplicationScope")))
            .should()
            .notBePublic(),
        "they are reached by their ports");
    add(
        "adapters-are-hidden",
        ours()
            .and()
            .resideInAPackage(in("infrastructure.*.."))
            .and(topLevel())
            .and(areNotModulesOrMessages())
            .should()
            .notBePublic(),
        "they are reached by their ports");
    add(
        "no-optional-fields",
        noFields().should().haveRawType(Optional.class),
        "Optional is for answers");
    add(
        "no-optional-parameters",
        methods()
            .should(
                new ArchCondition<>("take no Optional") {
                  @Override
                  public void check(JavaMethod method, ConditionEvents events) {
                    if (method.getRawParameterTypes().stream()
                        .anyMatch(type -> type.isEquivalentTo(Optional.class))) {
                      events.add(
                          SimpleConditionEvent.violated(
                              method, method.getFullName() + " takes an Optional"));
                    }
                  }
                }),
        "Optional is for answers");
    add(
        "no-field-injection",
        noFields().should().beAnnotatedWith("jakarta.inject.Inject"),
        "constructors say what a class needs");
    add(
        "no-other-logging",
        noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging.."),
        "slf4j is the one interface");
    add(
        "no-generic-exceptions",
        noClasses()
            .that()
            .doNotHaveSimpleName("LifecycleException")
            .should()
            .callConstructor(RuntimeException.class, String.class)
            .orShould()
            .callConstructor(Exception.class, String.class),
        "a failure has a row in the catalogue");
  }

  /** Dagger and Moshi must reach these. */
  private static DescribedPredicate<JavaClass> areNotModulesOrMessages() {
    return DescribedPredicate.describe(
        "are neither modules nor messages",
        each ->
            !each.getSimpleName().endsWith("Module") && !each.getSimpleName().endsWith("Messages"));
  }

  private static DescribedPredicate<JavaClass> topLevel() {
    return DescribedPredicate.describe("top level", JavaClass::isTopLevelClass);
  }
}
