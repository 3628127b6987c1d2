package example.chemoterm;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.ConceptMap;
import org.hl7.fhir.r4.model.InsurancePlan;
import org.hl7.fhir.r4.model.OperationDefinition;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.TerminologyCapabilities;
import org.hl7.fhir.r4.model.UriType;

/** The R4 door as HAPI's client sees it: its parser refuses whatever R4 does not define. */
public final class Main {
  private static final String CPT = "http://www.ama-assn.org/go/cpt";

  private interface Check {
    void run() throws Exception;
  }

  private static int passed;
  private static int failed;

  private static void check(String name, Check body) {
    try {
      body.run();
      ++passed;
    } catch (Exception | AssertionError error) {
      ++failed;
      System.out.println("FAILED " + name + ": " + error);
    }
  }

  private static void require(boolean holds, Object seen) {
    if (!holds) throw new AssertionError(String.valueOf(seen));
  }

  private static Parameters about(String system, String code) {
    return new Parameters().addParameter("system", new UriType(system)).addParameter("code", new CodeType(code));
  }

  private static Parameters operation(IGenericClient client, String name, Parameters in) {
    return client.operation().onType(CodeSystem.class).named("$" + name).withParameters(in).execute();
  }

  /** All resources of a type, page by page. */
  private static <T extends Resource> Set<String> all(IGenericClient client, Class<T> type) {
    final Set<String> ids = new HashSet<>();
    Bundle page = client.search().forResource(type).count(30).returnBundle(Bundle.class).execute();
    while (true) {
      for (Bundle.BundleEntryComponent entry : page.getEntry()) ids.add(entry.getResource().getIdElement().getIdPart());
      if (page.getLink(Bundle.LINK_NEXT) == null) break;
      page = client.loadPage().next(page).execute();
    }
    require(ids.size() == page.getTotal(), ids.size() + " of " + page.getTotal());
    for (String id : ids) client.read().resource(type).withId(id).execute();
    return ids;
  }

  public static void main(String[] arguments) {
    final FhirContext context = FhirContext.forR4();
    context.setParserErrorHandler(new StrictErrorHandler());
    // The client reads the CapabilityStatement before its first call, and refuses another version.
    context.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.ONCE);
    context.getRestfulClientFactory().setSocketTimeout(60_000);
    final IGenericClient client = context.newRestfulGenericClient(arguments[0]);

    check("metadata", () -> {
      final CapabilityStatement statement = client.capabilities().ofType(CapabilityStatement.class).execute();
      require("4.0.1".equals(statement.getFhirVersion().toCode()), statement.getFhirVersion());
    });
    check("TerminologyCapabilities", () -> client.fetchResourceFromUrl(TerminologyCapabilities.class, arguments[0] + "/metadata?mode=terminology"));
    for (Class<? extends Resource> type : List.of(CodeSystem.class, ConceptMap.class, Organization.class, InsurancePlan.class, OperationDefinition.class)) {
      check("all of " + type.getSimpleName(), () -> require(!all(client, type).isEmpty(), "none"));
    }
    check("all of PlanDefinition", () -> require(all(client, PlanDefinition.class).size() == 90, "not 90"));
    check("search by url", () -> {
      final Bundle found = client.search().forResource(CodeSystem.class).where(CodeSystem.URL.matches().value(CPT)).returnBundle(Bundle.class).execute();
      require(found.getTotal() == 1, found.getTotal());
    });
    check("notes by topic code, over POST", () -> {
      final Bundle found = client.search().forResource(PlanDefinition.class)
          .where(PlanDefinition.TOPIC.exactly().systemAndCode(CPT, "96413")).usingStyle(ca.uhn.fhir.rest.api.SearchStyleEnum.POST)
          .returnBundle(Bundle.class).execute();
      require(found.getTotal() > 10, found.getTotal());
    });
    check("summary", () -> client.search().forResource(CodeSystem.class).summaryMode(ca.uhn.fhir.rest.api.SummaryEnum.TRUE).returnBundle(Bundle.class).execute());

    final CodeSystem cpt = client.read().resource(CodeSystem.class).withId("cpt").execute();
    int active = 0;
    for (CodeSystem.ConceptDefinitionComponent concept : cpt.getConcept()) {
      final boolean section = concept.getCode().matches("96\\d{3}");
      if (!section || concept.getProperty().stream().anyMatch(p -> "inactive".equals(p.getCode()))) continue;
      ++active;
      final String code = concept.getCode();
      check("all answers about " + code, () -> {
        final Parameters page = operation(client, "lookup", about(CPT, code).addParameter("property", new CodeType("*")));
        require(page.getParameter().size() > 100, page.getParameter().size());
        require(concept.getDisplay().equals(page.getParameter("display").getValue().primitiveValue()), code);
        final Parameters valid = operation(client, "validate-code", new Parameters()
            .addParameter("url", new UriType(CPT)).addParameter("code", new CodeType(code)));
        require(valid.getParameterBool("result"), code);
        require(operation(client, "related-codes", about(CPT, code)).hasParameter("related"), "related");
        require(operation(client, "coverage-notes", about(CPT, code)).hasParameter("note"), "note");
      });
    }
    final int count = active;
    check("24 active codes", () -> require(count == 24, count));
    check("a wrong display", () -> {
      final Parameters wrong = operation(client, "validate-code", new Parameters().addParameter("url", new UriType(CPT))
          .addParameter("code", new CodeType("96413")).addParameter("display", new StringType("Tonsillectomy")));
      final OperationOutcome issues = (OperationOutcome) wrong.getParameter("issues").getResource();
      require("invalid-display".equals(issues.getIssueFirstRep().getDetails().getCodingFirstRep().getCode()), issues);
    });
    check("a CodeableConcept comes back", () -> {
      final CodeableConcept asked = new CodeableConcept();
      asked.addCoding().setSystem(CPT).setCode("96413");
      final Parameters answer = operation(client, "validate-code", new Parameters().addParameter("codeableConcept", asked));
      require(((CodeableConcept) answer.getParameter("codeableConcept").getValue()).getCodingFirstRep().getCode().equals("96413"), answer);
      require(((BooleanType) answer.getParameter("result").getValue()).booleanValue(), answer);
    });
    check("lookup by GET", () -> client.operation().onType(CodeSystem.class).named("$lookup").withParameters(about(CPT, "96413")).useHttpGet().execute());
    check("an unknown code is a ResourceNotFoundException with its outcome", () -> {
      try {
        operation(client, "lookup", about(CPT, "99213"));
      } catch (ResourceNotFoundException error) {
        final OperationOutcome outcome = (OperationOutcome) error.getOperationOutcome();
        require(outcome.getIssueFirstRep().getDetails().getText().contains("not in this fragment"), outcome);
        return;
      }
      throw new AssertionError("it was answered");
    });
    check("a batch", () -> {
      final Bundle batch = new Bundle().setType(Bundle.BundleType.BATCH);
      for (String url : List.of("CodeSystem/cpt", "CodeSystem/nobody")) {
        batch.addEntry().getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl(url);
      }
      final Bundle reply = client.transaction().withBundle(batch).execute();
      require(reply.getEntry().get(0).getResponse().getStatus().startsWith("200"), "first");
      require(reply.getEntry().get(1).getResponse().getStatus().startsWith("404"), "second");
    });
    System.out.println(passed + " passed, " + failed + " failed");
    System.exit(failed == 0 ? 0 : 1);
  }
}
