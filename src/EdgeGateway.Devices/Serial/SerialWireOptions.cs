using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Devices.Serial;

/// <summary>Settings of the serial lines, section <c>Serial</c>.</summary>
public sealed record SerialWireOptions
{
    /// <summary>
    /// How long an answer waits for its seal before it is given up; the device sends again. Default 10 s: what HJ 212-2017
    /// lets a device wait before that.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:39")]
    public TimeSpan SealWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one answer may take to be written before the port is given up and opened anew. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan WriteWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the gateway waits for an instrument's 9011 before it sends its request again. Default 10 s, as HJ 212-2017 has it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:39")]
    public TimeSpan AnswerWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it waits for the 9012 of a request that was accepted. Default 60 s: what is to be carried out takes its time.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ResultWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a request without a 9011 is sent again. Default 3, as HJ 212-2017 has it.</summary>
    [Range(0, 99)]
    public int Resends { get; init; } = 3;

    /// <summary>How long, when the gateway stops, frames already read are still sealed and answered. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:25")]
    public TimeSpan StopWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many frames of a line may wait for their seal before its reading waits too. Default 64.</summary>
    [Range(1, 4096)]
    public int MaximumPending { get; init; } = 64;

    /// <summary>The wait before a port that failed is opened again; doubled each time up to <see cref="LongestRetry"/>. Default 500 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Default 5 s: what a device sends meanwhile without wanting an answer is lost.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:10:00")]
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often it is looked whether the device node is still there. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan PresenceCheck { get; init; } = TimeSpan.FromSeconds(2);
}

[OptionsValidator]
sealed partial class SerialWireOptionsValidator : IValidateOptions<SerialWireOptions>;
