package example.chemoterm;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.ConceptValidationOptions;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.LookupCodeRequest;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import ca.uhn.fhir.rest.client.api.IClientInterceptor;
import ca.uhn.fhir.rest.client.api.IHttpRequest;
import ca.uhn.fhir.rest.client.api.IHttpResponse;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.RemoteTerminologyServiceValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;

/** HAPI's validation chain with chemoterm as its terminology service. */
public final class Main {
  private static final String CPT = "http://www.ama-assn.org/go/cpt";
  private static final String GENDER = "http://hl7.org/fhir/administrative-gender";
  private static final String GENDERS = "http://hl7.org/fhir/ValueSet/administrative-gender";
  private static final String INFUSIONS = "https://chemoterm.example/fhir/ValueSet/infusion-codes";
  private static final String PROFILE = "https://chemoterm.example/fhir/StructureDefinition/infusion-order";

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

  /** Writes each exchange as a line of JSON: method, path, body, status, answer. */
  private static final class Recorder implements IClientInterceptor {
    private final ObjectMapper mapper = new ObjectMapper();
    private final List<String> lines = new ArrayList<>();
    private final String base;
    private ObjectNode exchange;

    Recorder(String base) {
      this.base = base;
    }

    @Override
    public void interceptRequest(IHttpRequest request) {
      try {
        exchange = mapper.createObjectNode();
        exchange.put("method", request.getHttpVerbName());
        exchange.put("path", request.getUri().replace(base, ""));
        if ("POST".equals(request.getHttpVerbName())) exchange.set("body", mapper.readTree(request.getRequestBodyFromStream()));
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }

    @Override
    public void interceptResponse(IHttpResponse response) throws IOException {
      response.bufferEntity();
      exchange.put("status", response.getStatus());
      exchange.set("answer", mapper.readTree(response.readEntity()));
      lines.add(exchange.toString());
    }
  }

  private final FhirContext context;
  private final RemoteTerminologyServiceValidationSupport remote;
  private final ValidationSupportContext all;
  private FhirValidator validator;

  private Main(FhirContext context, String base, Recorder recorder) {
    this.context = context;
    context.getRestfulClientFactory().setSocketTimeout(60_000);
    remote = new RemoteTerminologyServiceValidationSupport(context, base);
    remote.addClientInterceptor(recorder);
    all = new ValidationSupportContext(remote);
  }

  /** The terminology service stands before the answers that HAPI could give itself. */
  private void makeValidator() {
    final PrePopulatedValidationSupport own = new PrePopulatedValidationSupport(context);
    own.addResource(context.newJsonParser().parseResource(profile()));
    validator = context.newValidator().registerValidatorModule(new FhirInstanceValidator(new ValidationSupportChain(own,
        new DefaultProfileValidationSupport(context), remote, new CommonCodeSystemsTerminologyService(context),
        new InMemoryTerminologyServerValidationSupport(context), new SnapshotGeneratingValidationSupport(context))));
  }

  /** A ServiceRequest whose code is one of a value set that only the terminology service knows. */
  private static String profile() {
    return """
        {"resourceType":"StructureDefinition","url":"%s","name":"InfusionOrder","status":"active","kind":"resource","abstract":false,
         "fhirVersion":"4.0.1","type":"ServiceRequest","derivation":"constraint",
         "baseDefinition":"http://hl7.org/fhir/StructureDefinition/ServiceRequest",
         "differential":{"element":[{"id":"ServiceRequest.code","path":"ServiceRequest.code","min":1,
           "binding":{"strength":"required","valueSet":"%s"}}]}}"""
        .formatted(PROFILE, INFUSIONS);
  }

  private static String order(String code) {
    return """
        {"resourceType":"ServiceRequest","meta":{"profile":["%s"]},"status":"active","intent":"order",
         "code":{"coding":[{"system":"%s","code":"%s"}]},"subject":{"reference":"Patient/1"}}"""
        .formatted(PROFILE, CPT, code);
  }

  private static String procedure(String code, String display) {
    return """
        {"resourceType":"Procedure","status":"completed","subject":{"reference":"Patient/1"},
         "code":{"coding":[{"system":"%s","code":"%s"%s}]}}"""
        .formatted(CPT, code, display == null ? "" : ",\"display\":\"" + display + "\"");
  }

  private List<SingleValidationMessage> errors(String resource) {
    return validator.validateWithResult(resource).getMessages().stream()
        .filter(message -> message.getSeverity().ordinal() >= ResultSeverityEnum.ERROR.ordinal()).toList();
  }

  private void accepts(String name, String resource) {
    check(name, () -> {
      final List<SingleValidationMessage> errors = errors(resource);
      require(errors.isEmpty(), errors);
    });
  }

  /** One error or more, of which one is at that element and says that text. */
  private void refuses(String name, String resource, String where, String text) {
    check(name, () -> {
      final List<SingleValidationMessage> errors = errors(resource);
      require(errors.stream().anyMatch(error -> error.getLocationString().startsWith(where) && error.getMessage().contains(text)), errors);
    });
  }

  private IValidationSupport.CodeValidationResult validate(String system, String code, String display, String valueSet) {
    return remote.validateCode(all, new ConceptValidationOptions(), system, code, display, valueSet);
  }

  private void checkSupport() {
    check("the code system is supported", () -> require(remote.isCodeSystemSupported(all, CPT), CPT));
    check("another is not", () -> require(!remote.isCodeSystemSupported(all, "http://example.org/none"), "none"));
    check("the value set is supported", () -> require(remote.isValueSetSupported(all, INFUSIONS), INFUSIONS));
    check("another is not", () -> require(!remote.isValueSetSupported(all, "http://example.org/none"), "none"));
    check("fetches the code system whole", () -> {
      final String text = context.newJsonParser().encodeResourceToString(remote.fetchCodeSystem(CPT));
      require(text.contains("\"content\":\"fragment\"") && text.contains("\"code\":\"96413\""), text.substring(0, 300));
    });
    check("fetches a value set by url and version", () -> {
      final IBaseResource set = remote.fetchValueSet(INFUSIONS + "|1.0.0");
      require(set != null && context.newJsonParser().encodeResourceToString(set).contains("\"compose\""), set);
    });
    check("there is no other version", () -> require(remote.fetchValueSet(INFUSIONS + "|2.0.0") == null, "2.0.0"));
  }

  private void checkCodes() {
    check("a code of the system", () -> {
      final var result = validate(CPT, "96413", null, null);
      require(result.isOk() && result.getDisplay() != null && "2026".equals(result.getCodeSystemVersion()), result.getMessage());
    });
    check("a text that cannot be a code", () -> {
      final var result = validate(CPT, "96-413", null, null);
      require(!result.isOk() && result.getMessage().contains("96-413"), result.getMessage());
    });
    check("a code outside of the fragment may be one", () -> require(validate(CPT, "99213", null, null).isOk(), "99213"));
    check("another wording of a licensed text", () -> require(validate(CPT, "96413", "Chemo", null).isOk(), "Chemo"));
    check("a wrong display", () -> {
      final var result = validate(GENDER, "male", "Female", null);
      require(!result.isOk() && result.getMessage().contains("Wrong Display Name 'Female'"), result.getMessage());
    });
    check("an unknown code system", () -> {
      final var result = validate("http://example.org/none", "x", null, null);
      require(!result.isOk() && result.getMessage().contains("http://example.org/none"), result.getMessage());
    });
    check("a code of the value set", () -> require(validate(CPT, "96415", null, INFUSIONS).isOk(), "96415"));
    check("a code that is not", () -> {
      final var result = validate(CPT, "96409", null, INFUSIONS);
      require(!result.isOk() && result.getMessage().contains("was not found in the value set"), result.getMessage());
    });
    check("an unknown value set", () -> {
      final var result = validate(CPT, "96413", null, "http://example.org/none");
      require(!result.isOk() && result.getMessage().contains("http://example.org/none"), result.getMessage());
    });
    final IBaseResource brought = context.newJsonParser().parseResource("""
        {"resourceType":"ValueSet","status":"active","compose":{"include":[{"system":"%s","concept":[{"code":"96416"}]}]}}""".formatted(CPT));
    check("a code of a value set that the client brings",
        () -> require(remote.validateCodeInValueSet(all, new ConceptValidationOptions(), CPT, "96416", null, brought).isOk(), "96416"));
    check("one that it lacks",
        () -> require(!remote.validateCodeInValueSet(all, new ConceptValidationOptions(), CPT, "96413", null, brought).isOk(), "96413"));
  }

  private void checkLookup() {
    check("looks up a code with a property", () -> {
      final var found = remote.lookupCode(all, new LookupCodeRequest(CPT, "96413", null, List.of("technique")));
      require(found.isFound() && found.getCodeDisplay() != null && "2026".equals(found.getCodeSystemVersion()), found.getErrorMessage());
      require(found.getProperties().stream().anyMatch(property -> "technique".equals(property.getPropertyName())), found.getProperties());
    });
    check("an unknown code is not found", () -> {
      final var found = remote.lookupCode(all, new LookupCodeRequest(CPT, "99213"));
      require(!found.isFound() && found.getErrorMessage().contains("99213"), found.getErrorMessage());
    });
  }

  private void checkResources() {
    makeValidator();
    accepts("a Procedure with a code", procedure("96413", null));
    accepts("a Procedure with a code outside of the fragment", procedure("99213", null));
    accepts("a Procedure with another wording of a licensed text", procedure("96413", "Chemo by IV"));
    refuses("a Procedure with a text that cannot be a code", procedure("96-413", null), "Procedure.code", "96-413");
    accepts("an order of the profile", order("96413"));
    refuses("an order with a code of the system that the bound value set lacks", order("96409"), "ServiceRequest.code", INFUSIONS);
    refuses("an order with a text that cannot be a code", order("96-413"), "ServiceRequest.code", "96-413");
    accepts("a Patient", "{\"resourceType\":\"Patient\",\"gender\":\"female\"}");
    refuses("a Patient with an unknown gender", "{\"resourceType\":\"Patient\",\"gender\":\"lady\"}", "Patient.gender", "lady");
  }

  /** Arguments: base of the service, "r4" or "r5", file for the transcript. */
  public static void main(String[] arguments) throws IOException {
    final boolean isR4 = "r4".equals(arguments[1]);
    final Recorder recorder = new Recorder(arguments[0]);
    final Main client = new Main(isR4 ? FhirContext.forR4() : FhirContext.forR5(), arguments[0], recorder);
    client.checkSupport();
    client.checkCodes();
    // HAPI's module has no $lookup at R5, and drops the issues of answers there, which its validator needs.
    if (isR4) {
      client.checkLookup();
      client.checkResources();
    }
    Files.write(Path.of(arguments[2]), recorder.lines, StandardCharsets.UTF_8);
    System.out.println(passed + " passed, " + failed + " failed");
    System.exit(failed == 0 ? 0 : 1);
  }
}
