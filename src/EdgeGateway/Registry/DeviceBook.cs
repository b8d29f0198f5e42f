using EdgeGateway.Ledger;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Registry;

/// <summary>
/// The registered devices with all their values, always as the newest sealed entry has them: the view may be behind, this
/// is not. Safe for any number of threads; written by the registrar alone.
/// </summary>
sealed class DeviceBook(DeviceDirectory directory)
{
    IReadOnlyDictionary<string, RegisteredDevice> _devices = new Dictionary<string, RegisteredDevice>();

    public RegisteredDevice? Find(string id) => Volatile.Read(ref _devices).GetValueOrDefault(id);

    /// <summary>By id.</summary>
    public IReadOnlyList<RegisteredDevice> All() => [.. Volatile.Read(ref _devices).Values.OrderBy(device => device.Id, StringComparer.Ordinal)];

    public void Put(RegisteredDevice device) => Replace(new Dictionary<string, RegisteredDevice>(_devices) { [device.Id] = device });

    /// <summary>Takes the devices of the view, and what device entries behind it say: there are few such.</summary>
    public void Load(LedgerViews views, ILedgerReader ledger) => Replace(Read(views, ledger));

    /// <summary>The same devices with the profiles that are in force now.</summary>
    public void Renew() => directory.Load(Volatile.Read(ref _devices).Values);

    /// <summary>The same for whoever does not serve them.</summary>
    public static Dictionary<string, RegisteredDevice> Read(LedgerViews views, ILedgerReader ledger)
    {
        var devices = views.Devices().ToDictionary(device => device.Id);
        for (var from = views.Position; from < ledger.Size;)
        {
            var records = ledger.Read(from, TilePath.FullWidth);
            from += records.Count;
            foreach (var record in records)
            {
                if (record.Leaf.Span.IndexOf("\"kind\":\"device\""u8) < 0) continue;
                using var entry = EntryView.Parse(record);
                if (entry.Kind != EntryKind.Device || entry.SubjectDevice is not { } id) continue;
                devices[id] = RegisteredDevice.After(devices.GetValueOrDefault(id), id, entry);
            }
        }

        return devices;
    }

    void Replace(Dictionary<string, RegisteredDevice> devices)
    {
        Volatile.Write(ref _devices, devices);
        directory.Load(devices.Values);
    }
}
