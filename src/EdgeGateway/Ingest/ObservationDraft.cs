using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Ingest;

/// <summary>Makes <c>observation</c> entries (docs/ledger-format.md section 3): one for many devices, as long as they fit.</summary>
static class ObservationDraft
{
    /// <summary>Of what devices wrote, in one private part: well below its limit.</summary>
    const int MaximumBytes = 48 * 1024;

    public static IEnumerable<EntryDraft> Of(IEnumerable<DeviceObservation> devices, string reason, DateTimeOffset from, DateTimeOffset to)
    {
        var group = new List<(DeviceObservation Device, byte[] Json)>();
        var bytes = 0;
        var json = new CanonicalJsonWriter();
        foreach (var device in devices)
        {
            json.Reset();
            device.Write(json);
            if (group.Count > 0 && bytes + json.Length > MaximumBytes)
            {
                yield return Draft(group, reason, from, to);
                group.Clear();
                bytes = 0;
            }

            group.Add((device, json.Written.ToArray()));
            bytes += json.Length + 1;
        }

        if (group.Count > 0) yield return Draft(group, reason, from, to);
    }

    static FixedDraft Draft(List<(DeviceObservation Device, byte[] Json)> group, string reason, DateTimeOffset from, DateTimeOffset to)
    {
        var body = new CanonicalJsonWriter(512);
        body.BeginObject();
        body.Name("devices"u8);
        body.Number(group.Count);
        body.Name("errors"u8);
        body.Number(group.Sum(item => item.Device.Errors));
        body.Name("from"u8);
        body.Time(from);
        body.Name("messages"u8);
        body.Number(group.Sum(item => item.Device.Messages));
        body.Name("reason"u8);
        body.String(reason);
        body.Name("to"u8);
        body.Time(to);
        body.EndObject();
        return new FixedDraft(
            EntryKind.Observation, Subjects.Gateway, Actors.Gateway, Authentication.None, body.Written.ToArray(),
            PrivateParts.Of(json =>
            {
                json.Name("devices"u8);
                json.BeginArray();
                foreach (var (_, device) in group) json.Raw(device);
                json.EndArray();
            }));
    }
}
