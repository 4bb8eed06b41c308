using System.Diagnostics;
using System.Globalization;

namespace Pile.Stac.Tests;

/// <summary>Transforms coordinates with pyproj, in one process for all calls.</summary>
public sealed class PyProj : ICrsCoordinates, IDisposable
{
    private readonly Process process;

    public PyProj()
    {
        ProcessStartInfo start = new("/usr/bin/python3")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add("-uc");
        start.ArgumentList.Add("""
            import json, sys, pyproj
            known = {}
            for line in sys.stdin:
                crs, xs, ys, direction = json.loads(line)
                t = known.setdefault(crs, pyproj.Transformer.from_crs(crs, 'EPSG:4326', always_xy=True))
                lon, lat = t.transform(xs, ys, direction=direction)
                print(' '.join(repr(float(v)) for v in list(lon) + list(lat)))
            """);
        process = Process.Start(start)!;
    }

    public void ToLonLat(string crs, Span<double> xs, Span<double> ys) => Transform(crs, xs, ys, "FORWARD");

    public void FromLonLat(string crs, Span<double> xs, Span<double> ys) => Transform(crs, xs, ys, "INVERSE");

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private void Transform(string crs, Span<double> xs, Span<double> ys, string direction)
    {
        process.StandardInput.WriteLine(System.Text.Json.JsonSerializer.Serialize(
            new object[] { crs, xs.ToArray(), ys.ToArray(), direction }));
        string[] numbers = process.StandardOutput.ReadLine()!.Split(' ');
        for (int i = 0; i < xs.Length; i++)
            (xs[i], ys[i]) = (Number(numbers[i]), Number(numbers[xs.Length + i]));

        static double Number(string text) => text is "inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);
    }
}
