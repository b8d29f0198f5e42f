using System.Text.Json.Nodes;
using EdgeGateway.Custody;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Commands;

/// <summary>
/// Beside the fields of a sealed HJ 212 frame: the period that it is about, and, where it is a packet of a split message, the
/// message joined again and which packets are missing.
/// </summary>
sealed class SplitMessages(GatewayData data, ViewLog views)
{
    /// <summary>Of one device around one moment; a device that floods is not read through.</summary>
    const int MaximumLooked = 256;

    /// <summary>How many entries before and behind a packet are looked at for one whose time by the device is another.</summary>
    const int Neighbours = 1000;

    const int MaximumCharacters = 4096;

    public async Task WriteAsync(JsonObject parsed, SelectedLog log, EvidenceItem item, byte[] content, Actor actor, CancellationToken cancellationToken)
    {
        if (Hj212Packet.Of(item.Index, item.ReceivedAt ?? item.SealedAt, content) is not { } shown) return;
        if (Hj212Period.Of(shown.Frame.Command, item.CapturedAt, shown.ReceivedAt) is { } period)
        {
            parsed["period"] = new JsonObject
            {
                ["from"] = CommandArguments.Text(period.From),
                ["endsBy"] = CommandArguments.Text(period.To),
                ["backfill"] = period.IsBackfill,
            };
        }

        if (shown.Frame.PacketNumber is null) return;
        if (Hj212Packets.Join(shown, Around(log, item, shown.ReceivedAt)) is not { } message) return;
        await RecordAsync(log, message.Parts.Select(part => part.Index).Where(index => index != item.Index), actor, cancellationToken);
        parsed["message"] = new JsonObject
        {
            ["packets"] = message.Count,
            ["parts"] = new JsonArray([.. message.Parts.Select(part => (JsonNode)new JsonObject { ["number"] = part.Number, ["index"] = part.Index })]),
            ["missing"] = new JsonArray([.. message.Missing.Select(number => (JsonNode)number)]),
            ["values"] = new JsonArray([.. message.Values.Select(value => (JsonNode)new JsonObject
            {
                ["name"] = DisplayText.Of(value.Name, MaximumCharacters),
                ["value"] = DisplayText.Of(value.Value, MaximumCharacters),
            })]),
        };
    }

    /// <summary>Packets of the same time by the device, as the standard has it, and those that came within the window, for senders that cut CP anywhere and have no time in most of them.</summary>
    List<Hj212Packet> Around(SelectedLog log, EvidenceItem item, DateTimeOffset receivedAt)
    {
        var query = new EvidenceQuery { Device = item.Device, Kind = EntryKind.Evidence, NotErased = true, Limit = MaximumLooked };
        var found = new SortedDictionary<long, Hj212Packet>();
        Look(query with { From = receivedAt - Hj212Packets.Window, To = receivedAt + Hj212Packets.Window });
        Look(query with { After = Math.Max(-1, item.Index - Neighbours) });
        if (item.CapturedAt is { } time) Look(query with { From = time, To = time + TimeSpan.FromTicks(1) });
        return [.. found.Values];

        void Look(EvidenceQuery wanted)
        {
            foreach (var other in log.Views().Query(wanted).Where(other => other.Wire == "serial" && !found.ContainsKey(other.Index)))
            {
                using var entry = EntryView.Parse(log.Ledger.Read(other.Index, 1)[0]);
                if (EntryContent.Read(entry, data.Objects) is not { } bytes) continue;
                if (Hj212Packet.Of(other.Index, other.ReceivedAt ?? other.SealedAt, bytes) is { } packet) found[other.Index] = packet;
            }
        }
    }

    // What is shown of the other packets is a view of them too.
    async Task RecordAsync(SelectedLog log, IEnumerable<long> indices, Actor actor, CancellationToken cancellationToken)
    {
        foreach (var index in indices)
        {
            using var entry = EntryView.Parse(log.Ledger.Read(index, 1)[0]);
            await views.RecordAsync(log, entry, actor, cancellationToken);
        }
    }
}
