using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pile.Bench.Harness;
using Pile.Sky;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures the conversion of positions to NESTED pixels of order 29 in bulk, which every build and match needs.</summary>
internal sealed class AngToPix : IBenchmark
{
    private const string Script = "healpy_ang2pix.py";
    private const double MinRatio = 3;
    private const int Rounds = 15;

    public string Name => "healpix";

    public IReadOnlyList<string> PeerScripts => [Script];

    public Task<Section> RunAsync()
    {
        Peer.Generate(Script, Name);
        double[] raDeg = NpyFile.ReadAll<double>(Folders.Work(Name, "ra.npy"), "<f8"),
            decDeg = NpyFile.ReadAll<double>(Folders.Work(Name, "dec.npy"), "<f8");
        WarmUp(raDeg, decDeg);
        using Peer peer = Peer.Start(Script, Folders.Work(Name));
        Duel duel = Duel.Run("ang→nest, order 29", () => Convert(raDeg, decDeg), () => peer.Run("ang2pix"), Rounds);
        return Task.FromResult(new Section(
            "Positions to HEALPix pixels",
            $"{raDeg.Length:N0} positions uniform on the sky, degrees in, order 29 NESTED out into a new array, one thread; {Rounds} "
                + "rounds. Equal pixels, by SHA-256.",
            [("ours", Commands.Of(Name)), ("peer", Peer.CommandOf(Script, "serve", Folders.Work(Name)))],
            [Figure.Of("ang→nest, one thread", duel, s => $"{s / raDeg.Length * 1e9:0.0} ns a position", "healpy.ang2pix(lonlat=True)",
                MinRatio)]));
    }

    private static Pass Convert(double[] raDeg, double[] decDeg)
    {
        long start = Stopwatch.GetTimestamp();
        long[] pixels = new long[raDeg.Length];
        Healpix.AngToPix(Healpix.MaxOrder, raDeg, decDeg, pixels);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Pass(seconds, System.Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<long>(pixels))));
    }

    // The runtime recompiles a method in the background after about thirty calls.
    private static void WarmUp(double[] raDeg, double[] decDeg)
    {
        long[] pixels = new long[4096];
        for (int i = 0; i < 100; i++)
            Healpix.AngToPix(Healpix.MaxOrder, raDeg.AsSpan(0, pixels.Length), decDeg.AsSpan(0, pixels.Length), pixels);
        Thread.Sleep(500);
    }
}
