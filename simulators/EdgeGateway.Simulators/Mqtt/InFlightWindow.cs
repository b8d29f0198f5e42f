using System.Threading.Channels;
using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Mqtt;

/// <summary>One thing for the writing task: a message that is in flight, or a packet that nothing is kept of.</summary>
readonly record struct Outgoing(InFlightMessage? Message, MqttPacket? Packet);

/// <summary>
/// What was published and is not yet answered for, over all connections of a session, and the queue to the connection
/// that there is. Safe for any number of threads.
/// </summary>
sealed class InFlightWindow(int size) : IDisposable
{
    /// <summary>The one packet id that no message uses.</summary>
    public const ushort SubscribePacketId = ushort.MaxValue;

    // Ids go round over a range somewhat larger than the window: a receipt that names an id late still finds its message,
    // and what is remembered for that stays small.
    readonly int _packetIds = Math.Min(Math.Max(4 * size, 1024), SubscribePacketId - 1);
    readonly Lock _gate = new();
    readonly SemaphoreSlim _places = new(size, size);
    readonly Dictionary<ushort, InFlightMessage> _messages = [];
    readonly Dictionary<ushort, TranscriptEntry> _answered = [];
    Channel<Outgoing>? _queue;
    TaskCompletionSource? _emptied;
    int _lastPacketId;
    long _lastOrder;

    public int Count
    {
        get
        {
            lock (_gate) return _messages.Count;
        }
    }

    /// <summary>Ends when nothing is in flight.</summary>
    public Task Emptied
    {
        get
        {
            lock (_gate) return _messages.Count == 0 ? Task.CompletedTask : (_emptied ??= NewSignal()).Task;
        }
    }

    /// <summary>Waits for a place, then queues the message on this connection or on the next.</summary>
    public async ValueTask AddAsync(PlannedMessage message, bool isCopy, Fault? fault, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        lock (_gate)
        {
            var inFlight = new InFlightMessage(message, NextPacketId(), ++_lastOrder, isCopy, fault);
            _messages.Add(inFlight.PacketId, inFlight);
            _queue?.Writer.TryWrite(new Outgoing(inFlight, null));
        }
    }

    /// <summary>Queues what needs no acknowledgement; false while there is no connection.</summary>
    public bool TryHandOver(Outgoing outgoing)
    {
        lock (_gate) return _queue is not null && _queue.Writer.TryWrite(outgoing);
    }

    /// <summary>A new connection's queue: first the packets given, then all that is in flight, in the order of publishing.</summary>
    public ChannelReader<Outgoing> Attach(IEnumerable<MqttPacket> opening)
    {
        lock (_gate)
        {
            // Unbounded, yet never longer than the window and a few packets of the protocol itself.
            _queue = Channel.CreateUnbounded<Outgoing>(new UnboundedChannelOptions { SingleReader = true });
            foreach (var packet in opening) _queue.Writer.TryWrite(new Outgoing(null, packet));
            foreach (var message in _messages.Values.OrderBy(message => message.Order))
            {
                message.HasCredit = false;
                _queue.Writer.TryWrite(new Outgoing(message, null));
            }

            return _queue.Reader;
        }
    }

    public void Detach()
    {
        lock (_gate) _queue = null;
    }

    public InFlightMessage? Find(ushort packetId)
    {
        lock (_gate) return _messages.GetValueOrDefault(packetId);
    }

    public bool Holds(PlannedMessage message)
    {
        lock (_gate) return _messages.Values.Any(inFlight => inFlight.Message.Number == message.Number);
    }

    /// <summary>Frees the message's place.</summary>
    public void Remove(InFlightMessage message)
    {
        lock (_gate)
        {
            _messages.Remove(message.PacketId);
            if (_messages.Count == 0)
            {
                _emptied?.TrySetResult();
                _emptied = null;
            }
        }

        _places.Release();
    }

    /// <summary>Remembers an acknowledgement, for a receipt that takes it back.</summary>
    public void Remember(ushort packetId, TranscriptEntry acknowledgement)
    {
        lock (_gate) _answered[packetId] = acknowledgement;
    }

    public TranscriptEntry? Answered(ushort packetId)
    {
        lock (_gate) return _answered.GetValueOrDefault(packetId);
    }

    public void Dispose() => _places.Dispose();

    ushort NextPacketId()
    {
        do
        {
            _lastPacketId = _lastPacketId % _packetIds + 1;
        }
        while (_messages.ContainsKey((ushort)_lastPacketId));
        return (ushort)_lastPacketId;
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
