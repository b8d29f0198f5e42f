using System.Text;
using System.Text.Json;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Succession;

/// <summary>
/// A device as the next log states it again in its first entries (docs/ledger-format.md, "device", action <c>carry</c>), so that
/// the log stands alone.
/// </summary>
static class CarriedDevice
{
    /// <param name="device">As the old log has it.</param>
    /// <param name="log">Leaf hash of the old log's entry 0.</param>
    public static OwnEntry Entry(RegisteredDevice device, ILedgerReader ledger, Hash log, Actor actor)
    {
        var profile = ProfileOf(device, ledger);
        return new OwnEntry(EntryKind.Device, Subjects.Device(device.Id), body =>
        {
            body.Name("action"u8);
            body.Ascii("carry"u8);
            body.Name("addedAt"u8);
            body.Time(device.AddedAt);
            body.Name("carried"u8);
            WriteState(body, device, log);
            CredentialFacts.Write(body, device);
            EntryFlags.Write(body, device.IsBench);

            if (device.FormerCredentialIds.Count > 0)
            {
                body.Name("formerCredentialIds"u8);
                body.BeginArray();
                foreach (var id in device.FormerCredentialIds) body.String(id);
                body.EndArray();
            }

            if (profile is null) return;
            body.Name("profile"u8);
            body.Raw(profile);
        })
        {
            Private = json => WriteValues(json, device),
        }.MadeBy(actor);
    }

    static void WriteState(CanonicalJsonWriter body, RegisteredDevice device, Hash log)
    {
        body.BeginObject();
        body.Name("index"u8);
        body.Number(device.RegistryIndex);
        body.Name("leaf"u8);
        body.Hex(device.RegistryLeaf);
        body.Name("log"u8);
        body.Hex(log);
        body.EndObject();
    }

    static void WriteValues(CanonicalJsonWriter json, RegisteredDevice device)
    {
        json.Name("values"u8);
        json.BeginObject();
        foreach (var (key, value) in device.Values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.Name(key);
            json.String(value);
        }

        json.EndObject();
    }

    /// <summary>As the leaf has it: it was canonical there, and is so here.</summary>
    static byte[]? ProfileOf(RegisteredDevice device, ILedgerReader ledger)
    {
        using var leaf = JsonDocument.Parse(ledger.Read(device.RegistryIndex, 1)[0].Leaf);
        return leaf.RootElement.Object("body"u8)?.Object("profile"u8) is { } profile ? Encoding.UTF8.GetBytes(profile.GetRawText()) : null;
    }
}
