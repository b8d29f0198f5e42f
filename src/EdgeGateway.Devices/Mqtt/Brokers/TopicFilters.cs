namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>What to subscribe to for some devices, each message once: with filters that overlap a broker may send it twice (MQTT 5.0 section 3.3.4).</summary>
static class TopicFilters
{
    public static IReadOnlySet<string> Of(IEnumerable<Device> devices)
    {
        var filters = new HashSet<string>(StringComparer.Ordinal);
        foreach (var device in devices)
        {
            var own = device.Profile.Messages.Where(rule => rule.Template is not null)
                .SelectMany(rule => rule.Upload is { } upload ? new[] { rule.Template!, upload.Chunks } : [rule.Template!])
                .Select(template => template.SubscribeFilter(device.Id.Value)).Distinct(StringComparer.Ordinal).ToList();
            filters.UnionWith(own.Where(filter => !own.Any(other => other != filter && Covers(other, filter))));
        }

        return filters;
    }

    static bool Covers(string wide, string narrow)
    {
        var (wideLevels, narrowLevels) = (wide.Split('/'), narrow.Split('/'));
        return wideLevels.Length == narrowLevels.Length && wideLevels.Zip(narrowLevels).All(pair => pair.First == "+" || pair.First == pair.Second);
    }
}
