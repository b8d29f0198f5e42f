using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Strangers;

/// <summary>
/// Sources that are not registered, since this gateway started: what each called itself, from where, how often. At most
/// <see cref="MaximumSources"/>, and then the one that was silent for the longest gives way. Safe for any number of threads.
/// </summary>
sealed class StrangerBook
{
    public const int MaximumSources = 1000;

    readonly Lock _lock = new();
    readonly Dictionary<Source, LinkedListNode<Stranger>> _bySource = [];

    // The one that was heard last is last.
    readonly LinkedList<Stranger> _byLast = new();

    public void Take(Refusal refusal)
    {
        if (refusal.Reason is not (RefusalReason.UnknownDevice or RefusalReason.WrongCredential)) return;
        var source = new Source(refusal.Wire, DisplayText.Of(refusal.Address, 256), refusal.Claimed, refusal.Reason);
        lock (_lock)
        {
            if (_bySource.TryGetValue(source, out var node))
            {
                _byLast.Remove(node);
                node.Value = node.Value with { Last = refusal.ReceivedAt, Count = node.Value.Count + 1 };
            }
            else
            {
                if (_bySource.Count >= MaximumSources)
                {
                    _bySource.Remove(_byLast.First!.Value.Source);
                    _byLast.RemoveFirst();
                }

                _bySource[source] = node = new LinkedListNode<Stranger>(new Stranger(source, refusal.ReceivedAt, refusal.ReceivedAt, 1));
            }

            _byLast.AddLast(node);
        }
    }

    /// <summary>The one that was heard last is first.</summary>
    public IReadOnlyList<Stranger> All()
    {
        lock (_lock) return [.. _byLast.Reverse()];
    }
}

/// <summary>Where a stranger is, and who it says it is.</summary>
/// <param name="Address">Of MQTT its IP address or a topic, of a serial line the line.</param>
/// <param name="Claimed">A device id or an MN; null where it is none, or none was given.</param>
sealed record Source(WireKind Wire, string Address, string? Claimed, RefusalReason Reason);

/// <summary>One source that is not registered.</summary>
sealed record Stranger(Source Source, DateTimeOffset First, DateTimeOffset Last, long Count);
