using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Many;

/// <summary>Four random skies with clumps at RA 0/360 and the poles, and three real catalogues, matched by STILTS' <c>tmatchn</c>, which
/// runs once for all tests.</summary>
public sealed class ManySkies : IDisposable
{
    internal const double RadiusArcsec = 20;

    private readonly TemporaryFolder folder = new();

    /// <summary>The sides by name of the sky.</summary>
    internal Dictionary<string, MemorySide[]> Skies { get; } = [];

    internal static Dictionary<string, double> RadiiArcsec { get; } = new() { ["random"] = RadiusArcsec, ["galaxies"] = 60 };

    public ManySkies()
    {
        Skies["random"] = Random();
        Skies["galaxies"] = [.. ((string[])["rc3", "sdss_atlas", "openngc"]).Select(Real)];
        List<string> tasks = [];
        foreach ((string sky, MemorySide[] sides) in Skies)
        {
            for (int i = 0; i < sides.Length; i++)
                Write(folder[$"{sky}{i}.csv"], sides[i]);
            string[] inputs = [.. sides.SelectMany((_, i) => (string[])[$"in{i + 1}={folder[$"{sky}{i}.csv"]}", $"ifmt{i + 1}=csv",
                $"values{i + 1}=x y z"])];
            double chord = 2 * Math.Sin(RadiiArcsec[sky] / 3600 * Math.PI / 180 / 2);
            foreach ((string result, string[] mode) in new (string, string[])[]
            {
                ("inner", ["multimode=pairs", "iref=1", .. sides.Select((_, i) => $"join{i + 1}=match")]),
                ("left", ["multimode=pairs", "iref=1", "join1=always"]),
                ("group", ["multimode=group"]),
            })
                tasks.Add(string.Join('\t', ["tmatchn", $"nin={sides.Length}", .. inputs, "matcher=3d",
                    $"params={chord.ToString("R", CultureInfo.InvariantCulture)}", .. mode, "fixcols=all", "progress=none",
                    $"out={folder[$"{sky}-{result}.csv"]}", "ofmt=csv"]));
        }
        File.WriteAllLines(folder["tasks"], tasks);
        using Process java = Process.Start(new ProcessStartInfo("java", ["-cp", "/usr/share/java/starlink-ttools.jar",
            Path.Combine(TestPaths.Root, "tests", "Pile.CrossMatch.Tests", "Oracles", "Stilts.java"), folder["tasks"]])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        Task<string> output = java.StandardOutput.ReadToEndAsync();
        string error = java.StandardError.ReadToEnd();
        java.WaitForExit();
        Assert.True(File.Exists(folder["tasks.done"]), error + output.Result);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>The rows of each side in the rows of STILTS' result; -1 without one.</summary>
    internal List<int[]> Rows(string sky, string result)
    {
        string[] lines = File.ReadAllLines(folder[$"{sky}-{result}.csv"]);
        string[] names = lines[0].Split(',');
        int[] at = [.. Skies[sky].Select((_, i) => Array.IndexOf(names, $"row_{i + 1}"))];
        return [.. lines.Skip(1).Select(l => l.Split(',')).Select(f =>
            at.Select(i => f[i].Length == 0 ? -1 : int.Parse(f[i], CultureInfo.InvariantCulture)).ToArray())];
    }

    // Members of a clump are within about the radius of its centre, so that some are partners and some only connected.
    private static MemorySide[] Random()
    {
        Random random = new(11);
        (double Ra, double Dec)[] centres = [(0, 0), (359.9995, 40), (0.0003, -60), (120, 90), (300, -90), (40, 89.9995), (200, -89.999),
            .. Enumerable.Range(0, 400).Select(_ => (random.NextDouble() * 360, Math.Asin((2 * random.NextDouble()) - 1) * 180 / Math.PI))];
        return [.. Enumerable.Range(0, 4).Select(side =>
        {
            List<(double Ra, double Dec)> rows = [.. Enumerable.Range(0, 200).Select(_ =>
                (random.NextDouble() * 360, Math.Asin((2 * random.NextDouble()) - 1) * 180 / Math.PI))];
            foreach ((double ra, double dec) in centres)
                for (int i = random.Next(4); i > 0; i--)
                    rows.Add(Moved(ra, dec, random.NextDouble() * RadiusArcsec, random.NextDouble() * 2 * Math.PI));
            (double, double)[] shuffled = [.. rows];
            random.Shuffle(shuffled);
            return new MemorySide([.. shuffled.Select(r => r.Item1)], [.. shuffled.Select(r => r.Item2)]);
        })];
    }

    private static MemorySide Real(string name)
    {
        using StreamReader text = new(new GZipStream(File.OpenRead(TestPaths.Data($"catalog/matching/{name}.csv.gz")),
            CompressionMode.Decompress));
        string[] names = text.ReadLine()!.Split(',');
        int ra = Array.IndexOf(names, "ra"), dec = Array.IndexOf(names, "dec");
        List<string[]> rows = [];
        while (text.ReadLine() is { } line)
            rows.Add(line.Split(','));
        return new MemorySide([.. rows.Select(r => double.Parse(r[ra], CultureInfo.InvariantCulture))],
            [.. rows.Select(r => double.Parse(r[dec], CultureInfo.InvariantCulture))]);
    }

    private static (double Ra, double Dec) Moved(double raDeg, double decDeg, double arcsec, double angle)
    {
        (double ra, double dec, double r) = (raDeg * Math.PI / 180, decDeg * Math.PI / 180, arcsec / 3600 * Math.PI / 180);
        double sin = Math.Clamp((Math.Sin(dec) * Math.Cos(r)) + (Math.Cos(dec) * Math.Sin(r) * Math.Cos(angle)), -1, 1);
        double at = ra + Math.Atan2(Math.Sin(angle) * Math.Sin(r) * Math.Cos(dec), Math.Cos(r) - (Math.Sin(dec) * sin));
        double moved = ((at * 180 / Math.PI % 360) + 360) % 360;
        return (moved >= 360 ? 0 : moved, Math.Asin(sin) * 180 / Math.PI);
    }

    private static void Write(string path, MemorySide side)
    {
        using StreamWriter to = new(path);
        to.WriteLine("row,x,y,z");
        for (int i = 0; i < side.Count; i++)
        {
            (double ra, double dec) = (side.RaDeg[i] * Math.PI / 180, side.DecDeg[i] * Math.PI / 180);
            to.WriteLine(FormattableString.Invariant(
                $"{i},{Math.Cos(dec) * Math.Cos(ra):R},{Math.Cos(dec) * Math.Sin(ra):R},{Math.Sin(dec):R}"));
        }
    }
}
