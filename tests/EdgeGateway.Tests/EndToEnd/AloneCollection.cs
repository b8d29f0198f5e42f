namespace EdgeGateway.Tests.EndToEnd;

/// <summary>Tests that load the machine, or measure a process: one after the other, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "End to end, alone";
}
