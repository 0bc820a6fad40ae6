package dev.stoker.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rules hold for Stoker, and each of them can fail. */
class ArchitectureTest {
  private static final int AT_LEAST_CLASSES = 200;

  private static JavaClasses stoker() {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .withImportOption(location -> !location.contains("tests-integration"))
        .importPackages("dev.stoker");
  }

  @TestFactory
  Stream<DynamicTest> stokerKeepsEveryRule() {
    JavaClasses classes = stoker();
    return new ArchitectureRules("dev.stoker")
        .all().entrySet().stream()
            .map(
                rule ->
                    DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().check(classes)));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleCanFail() {
    JavaClasses classes = new ClassFileImporter().importPackages("dev.stoker.tests.violations");
    return new ArchitectureRules("dev.stoker.tests.violations")
        .all().entrySet().stream()
            .map(
                rule ->
                    DynamicTest.dynamicTest(
                        rule.getKey(),
                        () ->
                            assertThat(rule.getValue().evaluate(classes).hasViolation())
                                .as(rule.getKey())
                                .isTrue()));
  }

  @Test
  void theRulesHaveSomethingToLookAt() {
    assertThat(stoker()).hasSizeGreaterThan(AT_LEAST_CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    JavaClasses classes = stoker();
    Set<String> marked =
        classes.stream()
            .filter(each -> each.getSimpleName().equals("package-info"))
            .filter(each -> each.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
            .map(JavaClass::getPackageName)
            .collect(Collectors.toSet());
    List<String> unmarked =
        classes.stream()
            .map(JavaClass::getPackageName)
            .distinct()
            .filter(name -> !marked.contains(name))
            .toList();

    assertThat(unmarked).isEmpty();
  }
}
