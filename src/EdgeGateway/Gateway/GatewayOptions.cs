using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Gateway;

/// <summary>Settings <c>Gateway:*</c>. Origin and time zone count when the ledger is made; later changes do not alter it.</summary>
sealed class GatewayOptions
{
    /// <summary>The ledger's name, e.g. <c>station-01.example</c>: up to 100 letters, digits, dots, hyphens and slashes.</summary>
    [Required, RegularExpression("[A-Za-z0-9][A-Za-z0-9./-]{0,99}", ErrorMessage = "Gateway:Origin must be 1 to 100 letters, digits, dots, hyphens and slashes, e.g. station-01.example.")]
    public string Origin { get; set; } = DefaultOrigin;

    /// <summary>IANA name of the zone that people at the station live in.</summary>
    [Required, TimeZoneName]
    public string TimeZone { get; set; } = "Asia/Shanghai";

    /// <summary>Where the device profiles are; by default beside the executable.</summary>
    [Required]
    public string Profiles { get; set; } = Path.Combine(AppContext.BaseDirectory, "device-profiles");

    static string DefaultOrigin
    {
        get
        {
            var host = new string([.. Environment.MachineName.ToLowerInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')]);
            return host.Length is 0 or > 60 || !char.IsAsciiLetterOrDigit(host[0]) ? "gateway.edgegw" : host + ".edgegw";
        }
    }
}

/// <summary>Settings <c>Ledger:*</c>.</summary>
sealed class LedgerOptions
{
    /// <summary>Bytes of a segment of the write-ahead log, 1 MiB to 1 GiB. A start after a crash reads up to three.</summary>
    [Range(1 << 20, 1 << 30, ErrorMessage = "Ledger:SegmentBytes is out of range; give 1048576 to 1073741824.")]
    public int SegmentBytes { get; set; } = 16 << 20;

    /// <summary>Entries that may wait for the disk, 64 to 65536; when it is full, devices are slowed.</summary>
    [Range(64, 65536, ErrorMessage = "Ledger:QueueLength is out of range; give 64 to 65536.")]
    public int QueueLength { get; set; } = 4096;

    /// <summary>Sealed messages remembered to know repeats, 1,000 to 4,000,000; each takes about 110 bytes of memory.</summary>
    [Range(1000, 4_000_000, ErrorMessage = "Ledger:RepeatEntries is out of range; give 1000 to 4000000.")]
    public int RepeatEntries { get; set; } = 262_144;

    /// <summary>Free bytes on the disk below which nothing more is accepted, 0 to 1 TiB.</summary>
    [Range(0, 1L << 40, ErrorMessage = "Ledger:ReserveBytes is out of range; give 0 to 1099511627776.")]
    public long ReserveBytes { get; set; } = 256L << 20;

    /// <summary>How often the tree is signed when there is news, 1 second to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "Ledger:CheckpointInterval is out of range; give 00:00:01 to 1.00:00:00.")]
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A directory on another disk, stick or share that keeps what was signed last, so that a data directory which was set
    /// back is noticed; none if empty. Name a folder on that disk, not its mount point.
    /// </summary>
    public string? SecondPlace { get; set; }

    /// <summary>Whether nothing is signed, and the gateway does not start, while the second place can't be used.</summary>
    public bool SecondPlaceRequired { get; set; }
}

[AttributeUsage(AttributeTargets.Property)]
sealed class TimeZoneNameAttribute() : ValidationAttribute("Gateway:TimeZone is not an IANA time zone of this machine; use a name such as Asia/Shanghai (Debian package tzdata).")
{
    public override bool IsValid(object? value) => value is string name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _);
}

[OptionsValidator]
sealed partial class GatewayOptionsValidator : IValidateOptions<GatewayOptions>;

[OptionsValidator]
sealed partial class LedgerOptionsValidator : IValidateOptions<LedgerOptions>;
