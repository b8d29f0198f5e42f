using System.Globalization;
using System.Text;

namespace EdgeGateway.Tests.Support;

/// <summary>Sentences as receivers write them.</summary>
static class NmeaText
{
    /// <summary>Published ones, and three made for a BeiDou receiver.</summary>
    public static readonly string[] Published =
    [
        "$GPRMC,092750.000,A,5321.6802,N,00630.3372,W,0.02,31.66,280511,,,A*43",
        "$GPGGA,092750.000,5321.6802,N,00630.3372,W,1,8,1.03,61.7,M,55.2,M,,*76",
        "$GPZDA,201530.00,04,07,2002,00,00*60",
        "$GPRMC,194812.00,V,,,,,,,290317,,,N*74",
        "$BDRMC,020000.00,A,2949.8000,N,11513.2000,E,0.00,0.0,151124,,,A*74",
        "$BDGGA,020000.00,2949.8000,N,11513.2000,E,1,12,0.8,35.0,M,-12.0,M,,*67",
        "$BDZDA,020000.00,15,11,2024,00,00*75",
    ];

    /// <summary>With its checksum and line end.</summary>
    public static byte[] Sentence(string body) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${body}*{body.Aggregate(0, (sum, c) => sum ^ c):X2}\r\n"));

    public static byte[] Rmc(DateTimeOffset at, string status = "A", string talker = "GN", string mode = "A") => Sentence(string.Create(
        CultureInfo.InvariantCulture, $"{talker}RMC,{at:HHmmss.fff},{status},2949.8000,N,11513.2000,E,0.00,0.0,{at:ddMMyy},,,{mode}"));

    public static byte[] Gga(DateTimeOffset at, int quality = 1) => Sentence(string.Create(
        CultureInfo.InvariantCulture, $"GNGGA,{at:HHmmss.fff},2949.8000,N,11513.2000,E,{quality},12,0.8,35.0,M,-12.0,M,,"));

    public static byte[] Zda(DateTimeOffset at) => Sentence(string.Create(CultureInfo.InvariantCulture, $"GNZDA,{at:HHmmss.fff},{at:dd},{at:MM},{at:yyyy},00,00"));

    public static byte[] Line(string sentence) => Encoding.ASCII.GetBytes(sentence + "\r\n");
}
