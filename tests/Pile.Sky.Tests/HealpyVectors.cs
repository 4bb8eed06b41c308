using System.Runtime.InteropServices;
using Pile.TestKit;

[assembly: AssemblyFixture(typeof(Pile.Sky.Tests.HealpyVectors))]

namespace Pile.Sky.Tests;

/// <summary>Results of healpy, computed by tests/data/healpix/make_vectors.py in each test run.</summary>
public sealed class HealpyVectors : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public HealpyVectors()
    {
        Python.Run(File.ReadAllText(TestPaths.Data("healpix/make_vectors.py")), folder.Path, "1000000", "20250301");
        RaDeg = Read<double>("ra.f64");
        DecDeg = Read<double>("dec.f64");
    }

    /// <summary>Edge cases first, then a million positions spread over the sky.</summary>
    public double[] RaDeg { get; }

    public double[] DecDeg { get; }

    public long[] Pixels(int order) => Read<long>($"pixels-{order}.i64");

    public (long[] Pixels, double[] RaDeg, double[] DecDeg) Centres(int order) =>
        (Read<long>($"centres-{order}.i64"), Read<double>($"centres-{order}-ra.f64"), Read<double>($"centres-{order}-dec.f64"));

    public long[] Neighbours(int order) => Read<long>($"neighbours-{order}.i64");

    public IEnumerable<HealpyDisc> Discs()
    {
        double[] cones = Read<double>("discs.f64");
        long[] lists = Read<long>("discs.i64");
        int next = 0;
        for (int i = 0; i < cones.Length; i += 3)
        {
            int order = (int)lists[next], counts = next + 1;
            next += 4;
            yield return new HealpyDisc(cones[i], cones[i + 1], cones[i + 2], order, Take(lists[counts]), Take(lists[counts + 1]),
                Take(lists[counts + 2]));
        }

        long[] Take(long count) => lists[next..(next += (int)count)];
    }

    public void Dispose() => folder.Dispose();

    private T[] Read<T>(string name) where T : struct => MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(folder[name])).ToArray();
}

/// <summary>A disc with the pixels whose centre it contains, and healpy's two inclusive results, the finer first.</summary>
public sealed record HealpyDisc(double RaDeg, double DecDeg, double RadiusDeg, int Order, long[] Exclusive, long[] InclusiveFact16,
    long[] InclusiveFact4);
