using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeGateway.Profiles;

namespace EdgeGateway.Tests.Support;

/// <summary>
/// As much of JSON Schema 2020-12 as profile.schema.json uses; a keyword that is not here fails the test, so that none is
/// passed over.
/// </summary>
sealed class ProfileSchema(JsonObject root)
{
    public static ProfileSchema Load() =>
        new(JsonNode.Parse(File.ReadAllText(Path.Combine(Directory, "profile.schema.json")))!.AsObject());

    /// <summary>Where the build puts the shipped profiles.</summary>
    public static string Directory => Path.Combine(AppContext.BaseDirectory, "device-profiles");

    public JsonObject Root => root;

    public bool Allows(string yaml)
    {
        var errors = new List<ProfileError>();
        return YamlTree.Read(yaml, errors) is { } node && errors.Count == 0 && Allows(root, ToJson(node));
    }

    bool Allows(JsonObject schema, JsonNode? value)
    {
        foreach (var (keyword, rule) in schema)
        {
            if (!Fits(schema, keyword, rule!, value)) return false;
        }

        return true;
    }

    bool Fits(JsonObject schema, string keyword, JsonNode rule, JsonNode? value) => keyword switch
    {
        "$schema" or "$id" or "title" or "description" or "$defs" or "then" or "else" => true,
        "$ref" => Allows(root["$defs"]![rule.GetValue<string>()["#/$defs/".Length..]]!.AsObject(), value),
        "type" => TypeOf(value) == rule.GetValue<string>() || (rule.GetValue<string>() == "number" && TypeOf(value) == "integer"),
        "const" => JsonNode.DeepEquals(rule, value),
        "enum" => rule.AsArray().Any(choice => JsonNode.DeepEquals(choice, value)),
        "pattern" => value is not JsonValue text || TypeOf(value) != "string" || Regex.IsMatch(text.GetValue<string>(), rule.GetValue<string>()),
        "minLength" => TypeOf(value) != "string" || value!.GetValue<string>().Length >= rule.GetValue<int>(),
        "maxLength" => TypeOf(value) != "string" || value!.GetValue<string>().Length <= rule.GetValue<int>(),
        "minimum" => TypeOf(value) != "integer" || value!.GetValue<long>() >= rule.GetValue<long>(),
        "maximum" => TypeOf(value) != "integer" || value!.GetValue<long>() <= rule.GetValue<long>(),
        "minItems" => value is not JsonArray list || list.Count >= rule.GetValue<int>(),
        "maxItems" => value is not JsonArray list || list.Count <= rule.GetValue<int>(),
        "uniqueItems" => value is not JsonArray list || list.Select(item => item!.ToJsonString()).Distinct().Count() == list.Count,
        "items" => value is not JsonArray list || list.All(item => Allows(rule.AsObject(), item)),
        "required" => value is not JsonObject map || rule.AsArray().All(name => map.ContainsKey(name!.GetValue<string>())),
        "properties" => value is not JsonObject map || rule.AsObject().All(property => !map.TryGetPropertyValue(property.Key, out var inner) || Allows(property.Value!.AsObject(), inner)),
        "additionalProperties" => rule.GetValue<bool>() || value is not JsonObject map || map.All(property => schema["properties"]!.AsObject().ContainsKey(property.Key)),
        "allOf" => rule.AsArray().All(part => Allows(part!.AsObject(), value)),
        "anyOf" => rule.AsArray().Any(part => Allows(part!.AsObject(), value)),
        "not" => !Allows(rule.AsObject(), value),
        "if" => Branch(schema, rule, value) is not { } branch || Allows(branch, value),
        _ => throw new NotSupportedException($"The schema's keyword '{keyword}' is not known to this test."),
    };

    JsonObject? Branch(JsonObject schema, JsonNode condition, JsonNode? value) =>
        schema[Allows(condition.AsObject(), value) ? "then" : "else"]?.AsObject();

    static string TypeOf(JsonNode? value) => value switch
    {
        JsonObject => "object",
        JsonArray => "array",
        JsonValue number when number.TryGetValue<long>(out _) => "integer",
        JsonValue text when text.TryGetValue<string>(out _) => "string",
        JsonValue number when number.TryGetValue<double>(out _) => "number",
        _ => "other",
    };

    static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, ToJson(entry.Value)))),
        YamlSequence sequence => new JsonArray([.. sequence.Items.Select(ToJson)]),
        YamlScalar { IsText: true } text => JsonValue.Create(text.Text),
        YamlScalar scalar when long.TryParse(scalar.Text, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(0.5),
    };
}
