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
    /// <summary>What each log says of the item that goes on from the item's, in order; none where that is the one that is written.</summary>
    public IReadOnlyList<LaterLinks> Later { get; init; } = [];

    /// <summary>All entries that speak of the item, without the record, with the number of their log: in the order in which they count.</summary>
    public IEnumerable<(int Log, long Index)> Entries =>
        History.Select(index => (0, index)).Concat(Later.SelectMany((log, i) => log.History.Select(index => (i + 1, index))));

    public static ItemLinks Read(JsonNode json) => new(
        json["index"]!.GetValue<long>(), json["record"]?.GetValue<long>(), Numbers(json["history"]), json["device"]?.GetValue<long>(), json["before"]?.GetValue<long>(),
        Numbers(json["after"]), json["medium"]?.GetValue<string>(), WitnessedTree.Read(json["witnessed"]!))
    {
        Later = [.. json["later"]!.AsArray().Select(log => new LaterLinks(Numbers(log!["history"]), Numbers(log["after"])))],
    };

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
        ["later"] = new JsonArray([.. Later.Select(log => (JsonNode)new JsonObject { ["history"] = Numbers(log.History), ["after"] = Numbers(log.After) })]),
    };

    static IReadOnlyList<long> Numbers(JsonNode? node) => [.. node!.AsArray().Select(number => number!.GetValue<long>())];

    static JsonArray Numbers(IEnumerable<long> numbers) => new([.. numbers.Select(number => (JsonNode)number)]);
}

/// <param name="History">Entries of a later log that speak of the item, in order; without the record of this export.</param>
/// <param name="After">Time-stamps and cosignatures of that log, which cover all of the logs before it.</param>
sealed record LaterLinks(IReadOnlyList<long> History, IReadOnlyList<long> After);
