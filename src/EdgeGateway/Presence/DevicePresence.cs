using EdgeGateway.Devices;

namespace EdgeGateway.Presence;

/// <summary>
/// Which devices are connected, since when, and what of it is worth an entry. Safe for any number of threads; bounded by the registry, since
/// only registered devices sign in.
/// </summary>
sealed class DevicePresence(TimeProvider time) : IDevicePresence
{
    /// <summary>A device that left a will counts as gone after this: a bad link often brings it back sooner.</summary>
    public static readonly TimeSpan WillGrace = TimeSpan.FromSeconds(30);

    /// <summary>A device that was gone so lately is given the time that its profile allows: a link that flaps must not fill the ledger.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromHours(1);

    /// <summary>So many takeovers of a working connection within <see cref="ContestWindow"/> are no bad link: there are two.</summary>
    public const int ContestTakeovers = 3;

    public static readonly TimeSpan ContestWindow = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    readonly Dictionary<string, State> _states = [];

    public void Connected(Device device, bool tookOver)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var state = Of(device);
            if (!state.Online) state.Change(online: true, now, time.GetTimestamp());
            if (tookOver) state.TookOver(now, time.GetTimestamp(), time);
        }
    }

    public void Ended(Device device, ConnectionEnd how)
    {
        lock (_lock)
        {
            var state = Of(device);
            state.Change(online: false, time.GetUtcNow(), time.GetTimestamp());
            state.End = how;
        }
    }

    /// <summary>It was there before this gateway started, and has not come yet.</summary>
    public void Expect(Device device)
    {
        lock (_lock)
        {
            if (!_states.ContainsKey(device.Id.Value)) Ended(device, ConnectionEnd.Lost);
        }
    }

    /// <returns>Null where nothing is known: it has not come since this gateway started, and was not expected.</returns>
    public (bool Online, DateTimeOffset Since)? Find(string device)
    {
        lock (_lock) return _states.TryGetValue(device, out var state) ? (state.Online, state.Since) : null;
    }

    /// <summary>What is to be sealed now; each comes again until <see cref="Sealed"/>.</summary>
    public IReadOnlyList<PresenceNotice> Due()
    {
        lock (_lock)
        {
            var due = new List<PresenceNotice>();
            foreach (var state in _states.Values)
            {
                if (state.Gap is { } gap && state.Online) due.Add(gap with { To = state.Since });
                else if (state is { Online: false, Gap: null } && time.GetElapsedTime(state.SinceTimestamp) >= Grace(state))
                {
                    due.Add(new PresenceNotice(state.Device, state.End == ConnectionEnd.Will ? PresenceKind.Will : PresenceKind.Silence, state.Since));
                }

                if (state.Contest is { } contest) due.Add(contest);
            }

            return due;
        }
    }

    public void Sealed(PresenceNotice notice)
    {
        lock (_lock)
        {
            var state = Of(notice.Device);
            if (notice.Kind == PresenceKind.Contest)
            {
                state.Contest = null;
                state.ContestedAt = time.GetTimestamp();
            }
            else if (notice.To is null)
            {
                state.Gap = notice;
            }
            else
            {
                state.Gap = null;
                state.GapEndedAt = time.GetTimestamp();
            }
        }
    }

    TimeSpan Grace(State state) =>
        state.End == ConnectionEnd.Will && (state.GapEndedAt is not { } ended || time.GetElapsedTime(ended) > Calm) && WillGrace < state.Device.Profile.Silence
            ? WillGrace
            : state.Device.Profile.Silence;

    State Of(Device device)
    {
        if (!_states.TryGetValue(device.Id.Value, out var state)) _states[device.Id.Value] = state = new State { Device = device };
        state.Device = device;
        return state;
    }

    sealed class State
    {
        readonly Queue<(DateTimeOffset At, long Timestamp)> _takeovers = new();

        public required Device Device { get; set; }

        public bool Online { get; private set; }

        public DateTimeOffset Since { get; private set; }

        public long SinceTimestamp { get; private set; }

        public ConnectionEnd End { get; set; }

        /// <summary>The gap that was sealed and is not over.</summary>
        public PresenceNotice? Gap { get; set; }

        public long? GapEndedAt { get; set; }

        public PresenceNotice? Contest { get; set; }

        public long? ContestedAt { get; set; }

        public void Change(bool online, DateTimeOffset now, long timestamp)
        {
            Online = online;
            Since = now;
            SinceTimestamp = timestamp;
        }

        /// <summary>Said once an hour at most.</summary>
        public void TookOver(DateTimeOffset now, long timestamp, TimeProvider time)
        {
            _takeovers.Enqueue((now, timestamp));
            while (time.GetElapsedTime(_takeovers.Peek().Timestamp) > ContestWindow) _takeovers.Dequeue();
            if (_takeovers.Count > ContestTakeovers) _takeovers.Dequeue();
            if (_takeovers.Count < ContestTakeovers || (ContestedAt is { } said && time.GetElapsedTime(said) < Calm)) return;
            Contest ??= new PresenceNotice(Device, PresenceKind.Contest, _takeovers.Peek().At) { To = now };
        }
    }
}

/// <summary>Something about a device's connection that is sealed.</summary>
sealed record PresenceNotice(Device Device, PresenceKind Kind, DateTimeOffset From)
{
    /// <summary>Null while the gap lasts.</summary>
    public DateTimeOffset? To { get; init; }
}

enum PresenceKind
{
    Will,
    Silence,
    Contest,
}
