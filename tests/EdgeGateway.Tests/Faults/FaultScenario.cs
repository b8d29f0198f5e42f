using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Faults;

/// <summary>
/// Something that the gateway does while one of its system calls fails. A row of <see cref="FaultScenarios"/>: what another
/// part writes to the disk becomes a row of its own.
/// </summary>
/// <param name="Name">What the gateway does, one word.</param>
/// <param name="Act">Makes the gateway do it. Ends also where the gateway stopped; whatever it acknowledged goes into the list.</param>
sealed record FaultScenario(string Name, Func<FaultedGateway, Task> Act)
{
    public IReadOnlyList<string> Settings { get; init; } = [];

    public override string ToString() => Name;
}

/// <summary>A gateway under strace, on which an action was begun.</summary>
/// <param name="Acknowledged">Event ids that the device was told to be safe.</param>
sealed record FaultedGateway(E2eStation Station, string Secret, List<string> Acknowledged);
