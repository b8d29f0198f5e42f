using System.Text;
using EdgeGateway.Devices.Mqtt.Brokers;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Brokers;

/// <summary>In <c>brokers/NAME</c> of the data directory, a filter a line.</summary>
sealed class BrokerSubscriptions(string data) : IBrokerSubscriptions
{
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode Folder = Mode | UnixFileMode.UserExecute;

    public IReadOnlySet<string> Read(string broker) =>
        File.Exists(PathOf(broker)) ? File.ReadLines(PathOf(broker)).Where(line => line.Length > 0).ToHashSet(StringComparer.Ordinal) : new HashSet<string>(StringComparer.Ordinal);

    public void Write(string broker, IReadOnlyCollection<string> filters)
    {
        DurableDirectory.Create(Path.Combine(data, "brokers"), Folder);
        AtomicFile.Write(PathOf(broker), Encoding.UTF8.GetBytes(string.Concat(filters.Order(StringComparer.Ordinal).Select(filter => $"{filter}\n"))), Mode);
    }

    string PathOf(string broker) => Path.Combine(data, "brokers", broker);
}
