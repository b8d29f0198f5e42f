namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>What came of a request.</summary>
public sealed record Hj212Answer(Hj212RequestState State)
{
    /// <summary>QN of the exchange; null where none began.</summary>
    public string? Number { get; init; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; init; }

    /// <summary><c>QnRtn</c> of 9011: 1 ready, 2 refused, 3 PW, 4 MN, 5 ST, 6 Flag, 7 QN, 8 CN, 9 CRC, 100 unknown.</summary>
    public string? RequestReturn { get; init; }

    /// <summary><c>ExeRtn</c> of 9012: 1 done, 2 failed, 3 condition, 4 time-out, 5 busy, 6 fault, 100 no data.</summary>
    public string? ExecutionReturn { get; init; }

    /// <summary>Fields of the data that came back, passwords masked.</summary>
    public IReadOnlyList<Hj212Value> Values { get; init; } = [];

    /// <summary>The entries of the attempts and of what came back, in order.</summary>
    public IReadOnlyList<long> Entries { get; init; } = [];
}

/// <summary>How an exchange ended.</summary>
public enum Hj212RequestState
{
    /// <summary>9012 says so.</summary>
    Done,

    /// <summary>9011 says that it will not be done.</summary>
    Refused,

    /// <summary>9012 says that it could not be done.</summary>
    Failed,

    /// <summary>Accepted, and no 9012 came.</summary>
    NoResult,

    /// <summary>No answer to any attempt.</summary>
    NoAnswer,

    /// <summary>Nothing was heard of the instrument since the start: its password and system type are not known.</summary>
    NotHeard,

    /// <summary>The line is not open, or failed meanwhile.</summary>
    LineClosed,

    /// <summary>The request could not be sealed, so it was not sent.</summary>
    NotSealed,

    /// <summary>The gateway's own clock can't be relied on.</summary>
    ClockNotTrusted,
}
