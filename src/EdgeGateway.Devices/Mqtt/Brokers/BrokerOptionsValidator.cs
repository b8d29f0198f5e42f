namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>Finds everything that is wrong with the settings of one broker.</summary>
static class BrokerOptionsValidator
{
    const int MaximumName = 64;
    const int MaximumBrokers = 16;

    public static IEnumerable<string> Check(IReadOnlyDictionary<string, BrokerOptions> brokers)
    {
        if (brokers.Count > MaximumBrokers) yield return $"Mqtt:Brokers has {brokers.Count} brokers: use {MaximumBrokers} at most.";
        foreach (var (name, options) in brokers)
        {
            foreach (var error in Check($"Mqtt:Brokers:{name}", name, options)) yield return error;
        }
    }

    static IEnumerable<string> Check(string section, string name, BrokerOptions options)
    {
        if (!DeviceId.TryParse(name, out _)) yield return $"{section}: a broker's name is 1 to {DeviceId.MaximumLength} lower-case letters, digits and hyphens.";
        if (Uri.CheckHostName(options.Host) == UriHostNameType.Unknown) yield return $"{section}:Host is '{options.Host}': use a host name or an IP address.";
        if (options.ClientId.Length is 0 or > MaximumName || options.ClientId.Any(char.IsControl)) yield return $"{section}:ClientId has {options.ClientId.Length} characters: use 1 to {MaximumName}.";
        if (options.PasswordFile is not null && options.UserName is null) yield return $"{section}:PasswordFile goes with {section}:UserName: give that too.";
        if (options.Certificate is null != options.Key is null) yield return $"{section}:Certificate and {section}:Key belong together: give both or neither.";
        if (!options.Tls && (options.Certificate ?? options.Authorities) is not null) yield return $"{section}:Tls is false, but there are certificates for it: leave one of them out.";
        foreach (var (setting, file) in new[] { ("Authorities", options.Authorities), ("Certificate", options.Certificate), ("Key", options.Key), ("PasswordFile", options.PasswordFile) })
        {
            if (file is not null && !File.Exists(file)) yield return $"{section}:{setting} is '{file}': there is no such file.";
        }

        foreach (var (setting, value, minimum, maximum) in new[]
        {
            ("Port", options.Port, 1, (int)ushort.MaxValue), ("SessionHours", options.SessionHours, 1, 1000), ("KeepAliveSeconds", options.KeepAliveSeconds, 5, 600),
            ("RetrySeconds", options.RetrySeconds, 1, 3600), ("ReceiveMaximum", options.ReceiveMaximum, 1, (int)ushort.MaxValue),
        })
        {
            if (value < minimum || value > maximum) yield return $"{section}:{setting} is {value}: use a number from {minimum} to {maximum}.";
        }
    }
}
