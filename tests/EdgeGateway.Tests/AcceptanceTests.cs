using System.Reflection;

namespace EdgeGateway.Tests;

/// <summary>What users of other gateways ask for, each with a test here that is marked with it.</summary>
public sealed class AcceptanceTests
{
    static readonly string[] Asks =
    [
        "Nothing acked is lost", "No row deleted before receipt", "No stall on bad input", "Backlog must not starve live", "Backlog replay must not blow memory", "Recovers when full",
        "One dead RTU slave does not stop the bus", "USB renumber / replug", "Framing by grammar, not by timing", "Original time kept; stale visible", "Clock step handled",
        "Retention obeyed, by size too", "Config typo names the line, keeps old config", "Unchanged devices untouched on reload", "Retained messages cannot switch recording off",
        "Changed topics applied in persistent session",
    ];

    [Fact]
    public void Everything_that_users_ask_for_has_its_test()
    {
        var marked = typeof(AcceptanceTests).Assembly.GetTypes().SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance))
            .Where(method => method.GetCustomAttributes<FactAttribute>().Any())
            .SelectMany(method => method.GetCustomAttributesData().Where(data => data.AttributeType == typeof(TraitAttribute)))
            .Where(trait => trait.ConstructorArguments[0].Value as string == "Ask")
            .Select(trait => (string)trait.ConstructorArguments[1].Value!)
            .ToHashSet();

        Assert.Equal(Asks.Order(StringComparer.Ordinal), marked.Order(StringComparer.Ordinal));
    }
}
