using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Contacts;

/// <summary>One contact as it is read again and again: a level counts once it has lasted as long as the profile asks. Not safe for several threads.</summary>
sealed class ContactState(ContactInput input, TimeProvider time)
{
    bool? _level;
    long _since;
    DateTimeOffset _at;
    bool? _counted;
    int _edges;

    /// <param name="edges">How many changes of the level were told since the last reading.</param>
    /// <returns>What is to be sealed; null where nothing is new.</returns>
    public ContactChange? Take(bool level, int edges)
    {
        _edges = Math.Min(_edges + Math.Max(edges, level == _level ? 0 : 1), ContactChange.MaximumEdges);
        if (_level != level || edges > 0)
        {
            (_level, _since, _at) = (level, time.GetTimestamp(), time.GetUtcNow());
        }

        if (_counted == level || time.GetElapsedTime(_since) < (_counted is null ? TimeSpan.Zero : input.Debounce)) return null;
        var change = new ContactChange(level != input.ActiveLow, level, _at, _counted is null ? 0 : _edges, IsInitial: _counted is null);
        (_counted, _edges) = (level, 0);
        return change;
    }

    /// <summary>How long until a level that has not counted yet may; null where none is waiting.</summary>
    public TimeSpan? Left => _level is null || _counted == _level ? null
        : input.Debounce - time.GetElapsedTime(_since) is var left && left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
}

/// <summary>A contact that opened or closed.</summary>
/// <param name="IsActive">As its profile means it: the door is open.</param>
/// <param name="IsHigh">The level itself.</param>
/// <param name="At">Since when, by the gateway's clock.</param>
/// <param name="Edges">How often its level changed since what was sealed last: 1 for a contact that does not bounce; more tells of flutter, or of changes that could not be sealed.</param>
/// <param name="IsInitial">It was found so when the gateway began to read it.</param>
sealed record ContactChange(bool IsActive, bool IsHigh, DateTimeOffset At, int Edges, bool IsInitial)
{
    public const int MaximumEdges = 1_000_000;

    /// <returns>This change, and that the earlier one, which could not be sealed before it, was.</returns>
    public ContactChange After(ContactChange earlier) =>
        this with { Edges = Math.Min(Edges + earlier.Edges, MaximumEdges), IsInitial = IsInitial || earlier.IsInitial };
}
