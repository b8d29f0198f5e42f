using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial.Modbus;

/// <summary>
/// Whose turn it is on one line. A slave that does not answer is tried ever more seldom, so that it takes little of the others' time.
/// Not safe for several threads.
/// </summary>
sealed class ModbusSchedule(TimeProvider time)
{
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    readonly Dictionary<string, Slave> _slaves = new(StringComparer.Ordinal);

    /// <summary>The poll whose time comes first; null while no slave is registered on the line.</summary>
    /// <param name="wait">How long until then; zero where it is due.</param>
    /// <param name="gone">Devices that answered, and are no longer there to be asked.</param>
    public ModbusTurn? Next(IEnumerable<Device> devices, out TimeSpan wait, out IReadOnlyList<Device> gone)
    {
        ModbusTurn? next = null;
        var (first, seen) = (TimeSpan.MaxValue, new HashSet<string>(StringComparer.Ordinal));
        foreach (var device in devices)
        {
            if (device is not { Unit: not null, Profile.Framing: ModbusRtuFraming }) continue;
            seen.Add(device.Id.Value);
            if (!_slaves.TryGetValue(device.Id.Value, out var slave)) _slaves[device.Id.Value] = slave = new Slave { Device = device };
            slave.Device = device;
            foreach (var rule in device.Profile.Messages)
            {
                var due = slave.Wait(rule, time);
                if (due >= first) continue;
                (first, next) = (due, new ModbusTurn(device, rule, slave.IsAnswering));
            }
        }

        gone = [.. _slaves.Where(slave => slave.Value.IsAnswering && !seen.Contains(slave.Key)).Select(slave => slave.Value.Device)];
        foreach (var left in _slaves.Keys.Except(seen).ToList()) _slaves.Remove(left);
        wait = first > TimeSpan.Zero ? first : TimeSpan.Zero;
        return next;
    }

    /// <returns>Whether it had not been answering.</returns>
    public bool Answered(ModbusTurn turn)
    {
        var slave = _slaves[turn.Device.Id.Value];
        slave.Polled(turn.Rule, time);
        var was = slave.IsAnswering;
        (slave.IsAnswering, slave.Failures) = (true, 0);
        return !was;
    }

    /// <returns>Whether it had been answering.</returns>
    public bool Failed(ModbusTurn turn)
    {
        var slave = _slaves[turn.Device.Id.Value];
        slave.Polled(turn.Rule, time);
        var was = slave.IsAnswering;
        slave.Rest(WaitAfter(slave.Failures), time);
        (slave.IsAnswering, slave.Failures) = (false, slave.Failures + 1);
        return was;
    }

    /// <summary>The port is gone, and every slave with it.</summary>
    /// <returns>Those that had been answering.</returns>
    public IReadOnlyList<Device> LineLost()
    {
        var lost = _slaves.Values.Where(slave => slave.IsAnswering).Select(slave => slave.Device).ToList();
        foreach (var slave in _slaves.Values) slave.IsAnswering = false;
        return lost;
    }

    static TimeSpan WaitAfter(int failures) => failures < 5 ? FirstWait * (1 << failures) : LongestWait;

    sealed class Slave
    {
        readonly Dictionary<string, long> _polled = new(StringComparer.Ordinal);
        long? _rests;
        TimeSpan _rest;

        public required Device Device { get; set; }

        public bool IsAnswering { get; set; }

        /// <summary>One after the other.</summary>
        public int Failures { get; set; }

        public void Polled(MessageRule rule, TimeProvider time) => _polled[rule.Name] = time.GetTimestamp();

        public void Rest(TimeSpan rest, TimeProvider time) => (_rests, _rest) = (time.GetTimestamp(), rest);

        /// <returns>Below zero for how long it has been due.</returns>
        public TimeSpan Wait(MessageRule rule, TimeProvider time)
        {
            // What was never asked comes first, in the order of the profile.
            var wait = _polled.TryGetValue(rule.Name, out var polled) ? rule.Poll!.Every - time.GetElapsedTime(polled) : -TimeSpan.FromDays(1);
            if (Failures == 0 || _rests is not { } since) return wait;
            var rest = _rest - time.GetElapsedTime(since);
            return wait > rest ? wait : rest;
        }
    }
}

/// <param name="IsAnswering">Whether the slave answered when it was asked last.</param>
readonly record struct ModbusTurn(Device Device, MessageRule Rule, bool IsAnswering);
