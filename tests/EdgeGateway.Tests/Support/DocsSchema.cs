using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EdgeGateway.Tests.Support;

/// <summary>
/// A JSON Schema of docs/schemas, as far as those use JSON Schema 2020-12. A keyword that is not known here is an error, so
/// that no schema says more than is checked.
/// </summary>
sealed class DocsSchema(JsonObject schema)
{
    static readonly string[] Annotations = ["$schema", "$id", "title", "description"];

    public JsonObject Root => schema;

    public static DocsSchema Of(string name) =>
        new(JsonNode.Parse(File.ReadAllText(Path.Combine(DocsFolder.Root, "docs", "schemas", name + ".json")))!.AsObject());

    /// <summary>A line for each thing that does not fit; none when the value is what the schema says.</summary>
    public IReadOnlyList<string> Errors(JsonNode? value)
    {
        var errors = new List<string>();
        Check(schema, value, "$", errors);
        return errors;
    }

    static void Check(JsonObject schema, JsonNode? value, string at, List<string> errors)
    {
        foreach (var (keyword, rule) in schema)
        {
            switch (keyword)
            {
                case "type" when !Types(rule!).Any(type => IsOf(type, value)):
                    errors.Add($"{at} is not {rule!.ToJsonString()}");
                    break;
                case "const" when !JsonNode.DeepEquals(rule, value):
                    errors.Add($"{at} is not {rule!.ToJsonString()}");
                    break;
                case "enum" when !rule!.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)):
                    errors.Add($"{at} is none of {rule.ToJsonString()}");
                    break;
                case "pattern" when value is JsonValue && value.GetValueKind() == System.Text.Json.JsonValueKind.String
                    && !Regex.IsMatch(value.GetValue<string>(), rule!.GetValue<string>()):
                    errors.Add($"{at} does not match {rule!.ToJsonString()}");
                    break;
                case "minimum" when value is JsonValue && value.GetValueKind() == System.Text.Json.JsonValueKind.Number
                    && Number(value) < Number(rule!):
                    errors.Add($"{at} is below {rule!.ToJsonString()}");
                    break;
                case "oneOf" when rule!.AsArray().Count(one => new DocsSchema(one!.AsObject()).Errors(value).Count == 0) != 1:
                    errors.Add($"{at} is not one of the {rule.AsArray().Count} forms");
                    break;
                case "required" when value is JsonObject json:
                    errors.AddRange(rule!.AsArray().Select(name => name!.GetValue<string>()).Where(name => !json.ContainsKey(name)).Select(name => $"{at}.{name} is missing"));
                    break;
                case "items" when value is JsonArray array:
                    for (var i = 0; i < array.Count; i++) Check(rule!.AsObject(), array[i], $"{at}[{i}]", errors);
                    break;
                case "properties" when value is JsonObject json:
                    CheckProperties(schema, rule!.AsObject(), json, at, errors);
                    break;
                case "type" or "const" or "enum" or "pattern" or "minimum" or "oneOf" or "required" or "items" or "properties" or "additionalProperties":
                    break;
                default:
                    if (!Annotations.Contains(keyword)) errors.Add($"{at}: '{keyword}' is a keyword that this does not check");
                    break;
            }
        }
    }

    static void CheckProperties(JsonObject schema, JsonObject properties, JsonObject value, string at, List<string> errors)
    {
        foreach (var (name, child) in value)
        {
            if (properties[name] is JsonObject known) Check(known, child, $"{at}.{name}", errors);
            else if (schema["additionalProperties"] is JsonValue none && !none.GetValue<bool>()) errors.Add($"{at}.{name} is not in the schema");
        }
    }

    static IEnumerable<string> Types(JsonNode rule) => rule is JsonArray several ? several.Select(type => type!.GetValue<string>()) : [rule.GetValue<string>()];

    // As a parser would meet it: what is emitted may hold a boxed number of any kind.
    static decimal Number(JsonNode value) => decimal.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    static bool IsOf(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == System.Text.Json.JsonValueKind.String,
        "boolean" => value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
        "number" => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number,
        "integer" => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number && decimal.IsInteger(Number(value)),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No type of JSON Schema."),
    };
}
