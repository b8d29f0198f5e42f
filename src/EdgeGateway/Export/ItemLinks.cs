using System.Text.Json.Nodes;

namespace EdgeGateway.Export;

/// <summary>Which other entries go into the bag with an item.</summary>
/// <param name="Record">The entry that seals this export of it; null in a rehearsal.</param>
/// <param name="History">Reviews, custody and tombstone entries before that, in order.</param>
/// <param name="Device">The registration that the item names.</param>
/// <param name="Before">The newest time-stamp that stands before the item in the ledger.</param>
/// <param name="After">Time-stamps and cosignatures that cover it.</param>
/// <param name="Medium">载体编号 of the medium that the object was moved to; null while it is here.</param>
sealed record ItemLinks(
    long Index, long? Record, IReadOnlyList<long> History, long? Device, long? Before, IReadOnlyList<long> After, string? Medium, WitnessedTree Witnessed)
{
    public static ItemLinks Read(JsonNode json) => new(
        json["index"]!.GetValue<long>(), json["record"]?.GetValue<long>(), Numbers(json["history"]), json["device"]?.GetValue<long>(), json["before"]?.GetValue<long>(),
        Numbers(json["after"]), json["medium"]?.GetValue<string>(), WitnessedTree.Read(json["witnessed"]!));

    public JsonObject ToJson() => new()
    {
        ["index"] = Index,
        ["record"] = Record,
        ["history"] = Numbers(History),
        ["device"] = Device,
        ["before"] = Before,
        ["after"] = Numbers(After),
        ["medium"] = Medium,
        ["witnessed"] = Witnessed.ToJson(),
    };

    static IReadOnlyList<long> Numbers(JsonNode? node) => [.. node!.AsArray().Select(number => number!.GetValue<long>())];

    static JsonArray Numbers(IEnumerable<long> numbers) => new([.. numbers.Select(number => (JsonNode)number)]);
}
