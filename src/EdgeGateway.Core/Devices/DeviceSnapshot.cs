using System.Collections.Frozen;

namespace EdgeGateway.Devices;

/// <summary>All registered devices at one moment. Immutable; safe for any number of threads.</summary>
public sealed class DeviceSnapshot
{
    public static readonly DeviceSnapshot Empty = new([]);

    readonly FrozenDictionary<string, Device> _byId;
    readonly FrozenDictionary<(string Line, string Mn), Device> _byMn;
    readonly ILookup<string, Device> _byLine;
    readonly ILookup<string, Device> _byBroker;

    public DeviceSnapshot(IReadOnlyCollection<Device> devices)
    {
        _byId = devices.ToFrozenDictionary(device => device.Id.Value);
        _byMn = devices.Where(device => device is { Line: not null, Mn: not null })
            .GroupBy(device => (device.Line!, device.Mn!))
            .ToFrozenDictionary(group => group.Key, group => group.First());
        _byBroker = devices.Where(device => device.Broker is not null).ToLookup(device => device.Broker!);
        _byLine = devices.Where(device => device.Line is not null).ToLookup(device => device.Line!);
    }

    public IReadOnlyCollection<Device> All => _byId.Values;

    /// <summary>The serial lines that at least one device is on.</summary>
    public IEnumerable<string> Lines => _byLine.Select(group => group.Key);

    public Device? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The device with this HJ 212 number on this line, or null: a stranger.</summary>
    public Device? FindByMn(string line, string mn) => _byMn.GetValueOrDefault((line, mn));

    /// <summary>Those that send to this broker of the site's.</summary>
    public IEnumerable<Device> AtBroker(string broker) => _byBroker[broker];

    public IEnumerable<Device> OnLine(string line) => _byLine[line];

    /// <summary>Whether a bench has this line to itself.</summary>
    public bool IsOfBenches(string line) => _byLine.Contains(line) && OnLine(line).All(device => device.IsBench);

    /// <summary>The device on this line, or null where there are several or none.</summary>
    public Device? OnlyOneOnLine(string line)
    {
        using var each = OnLine(line).GetEnumerator();
        if (!each.MoveNext()) return null;
        var first = each.Current;
        return each.MoveNext() ? null : first;
    }
}
