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

    /// <summary>What must be there before; the gateway is then started again. Null for nothing.</summary>
    public Func<FaultedGateway, Task>? Prepare { get; init; }

    /// <summary>What must hold of the start after the fault, beside that all that was acknowledged is there.</summary>
    public Func<FaultedGateway, Task> Check { get; init; } = _ => Task.CompletedTask;

    public override string ToString() => Name;
}

/// <summary>A gateway under strace, on which an action was begun.</summary>
/// <param name="Settings">That it, and commands on its directory, are started with.</param>
/// <param name="Acknowledged">Event ids that the device was told to be safe.</param>
sealed record FaultedGateway(E2eStation Station, string[] Settings, string Secret, List<string> Acknowledged)
{
    /// <summary>Items that are there to be erased, the next one first.</summary>
    public Queue<long> Erasable { get; } = [];

    /// <summary>Items of which a command said that they are erased.</summary>
    public List<long> Erased { get; } = [];
}
