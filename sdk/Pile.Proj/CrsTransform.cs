using System.Buffers;
using System.Collections.Concurrent;
using Pile.Proj.Native;

namespace Pile.Proj;

/// <summary>Transforms coordinates of one coordinate reference system to another. Geographic coordinates are degrees, longitude first;
/// projected ones easting first. Thread-safe: each thread uses an object of its own from a pool.</summary>
/// <remarks>PROJ chooses among its operations by the position, as for <c>cs2cs</c> and pyproj. The network is off: an operation whose grid
/// is not installed is not used, and <see cref="Operation"/> reports it.</remarks>
internal sealed class CrsTransform : IDisposable
{
    /// <summary>WGS84 longitude and latitude in degrees, in this order as all coordinates here.</summary>
    /// <remarks>Not OGC:CRS84: from NAD83, PROJ has other operations to it than to EPSG:4326, the system of GDAL and of most items, with a
    /// difference of about a metre.</remarks>
    internal const string LonLat = "EPSG:4326";

    /// <summary>The round trip of a position that is on the map returns to within this; one beyond the map differs by its width, which is
    /// smaller only within 160 m of a pole.</summary>
    /// <remarks>Between two datums, PROJ may choose another operation for the way back: the round trip is off by up to some hundred
    /// metres.</remarks>
    private const double RoundTripM = 1_000.0, MetresPerRadian = 6_378_137.0;

    private readonly ConcurrentBag<PjHandle> free = [];
    private readonly Crs source, target;
    private readonly double toleranceInSource;
    private volatile bool isDisposed;

    private CrsTransform(Crs source, Crs target, CrsOperation operation)
    {
        (this.source, this.target, Operation) = (source, target, operation);
        toleranceInSource = source.IsGeographic ? double.RadiansToDegrees(RoundTripM / MetresPerRadian) : RoundTripM / source.UnitFactor;
    }

    /// <summary>The operation and its accuracy.</summary>
    internal CrsOperation Operation { get; }

    /// <summary>Creates the transform of one system to another.</summary>
    /// <exception cref="CrsInvalidException">PROJ has no operation for them.</exception>
    internal static CrsTransform Create(Crs source, Crs target)
    {
        CrsOperation? operation;
        using (ContextLease lease = ContextLease.Rent())
        using (PjHandle from = Crs.Create(lease.Context, source.Definition))
        using (PjHandle to = Crs.Create(lease.Context, target.Definition))
            operation = CrsOperation.Find(lease.Context, from, to);
        CrsTransform transform = new(source, target, operation ?? throw NoOperation(source, target));
        transform.free.Add(transform.Open()); // fails here and not at the first use
        return transform;
    }

    /// <summary>Creates the transform of a system to WGS84 longitude and latitude.</summary>
    /// <exception cref="CrsInvalidException">PROJ has no operation for it.</exception>
    internal static CrsTransform ToLonLat(Crs source) => Create(source, Crs.Parse(LonLat));

    /// <summary>Transforms positions in place.</summary>
    /// <param name="x">Eastings or longitudes, shape [n].</param>
    /// <param name="y">Northings or latitudes, shape [n].</param>
    /// <returns>The number of positions that do not project; both coordinates of these are NaN.</returns>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    internal int Forward(Span<double> x, Span<double> y) => Transform(x, y, ProjNative.Forward);

    /// <summary>Transforms positions of the target back, in place; otherwise as <see cref="Forward"/>.</summary>
    internal int Inverse(Span<double> x, Span<double> y) => Transform(x, y, ProjNative.Inverse);

    /// <summary>Transforms positions in place and back, at twice the cost. A position that does not return to itself within a kilometre
    /// does not project: it is outside the map, where many projections repeat themselves (the corners of global sinusoidal
    /// grids).</summary>
    /// <returns>The number of positions that do not project; both coordinates of these are NaN.</returns>
    internal int ForwardWithinMap(Span<double> x, Span<double> y)
    {
        double[] rented = ArrayPool<double>.Shared.Rent(4 * x.Length);
        try
        {
            Span<double> givenX = rented.AsSpan(0, x.Length), givenY = rented.AsSpan(x.Length, y.Length);
            Span<double> backX = rented.AsSpan(2 * x.Length, x.Length), backY = rented.AsSpan(3 * x.Length, x.Length);
            x.CopyTo(givenX);
            y.CopyTo(givenY);
            int failed = Forward(x, y);
            x.CopyTo(backX);
            y.CopyTo(backY);
            Inverse(backX, backY);
            for (int i = 0; i < x.Length; i++)
            {
                double offX = backX[i] - givenX[i];
                if (source.IsGeographic) // a turn is no difference
                    offX = Math.IEEERemainder(offX, Math.Round(double.Tau / source.UnitFactor, 9));
                if (!double.IsNaN(x[i]) && !(Math.Abs(offX) <= toleranceInSource && Math.Abs(backY[i] - givenY[i]) <= toleranceInSource))
                {
                    x[i] = y[i] = double.NaN;
                    failed++;
                }
            }
            return failed;
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    public void Dispose()
    {
        isDisposed = true;
        while (free.TryTake(out PjHandle? transform))
            transform.Dispose();
    }

    private unsafe int Transform(Span<double> x, Span<double> y, int direction)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (x.Length != y.Length)
            throw new ArgumentException($"Expected as many y as x, {x.Length}; found {y.Length}.");
        if (x.IsEmpty)
            return 0;
        PjHandle transform = free.TryTake(out PjHandle? pooled) ? pooled : Open();
        try
        {
            ProjNative.ResetError(transform);
            fixed (double* firstX = x, firstY = y)
                ProjNative.Transform(transform, direction, firstX, sizeof(double), (nuint)x.Length, firstY, sizeof(double), (nuint)y.Length,
                    null, 0, 0, null, 0, 0);
        }
        finally
        {
            free.Add(transform);
            if (isDisposed)
                Dispose();
        }
        int failed = 0;
        for (int i = 0; i < x.Length; i++)
            if (!double.IsFinite(x[i]) || !double.IsFinite(y[i]))
            {
                x[i] = y[i] = double.NaN;
                failed++;
            }
        return failed;
    }

    /// <summary>Creates the object of another thread, with a context of its own.</summary>
    private PjHandle Open()
    {
        using ContextHandle context = ContextHandle.Open(); // the objects keep it open
        using PjHandle from = Crs.Create(context, source.Definition);
        using PjHandle to = Crs.Create(context, target.Definition);
        using PjHandle made = PjHandle.Own(context, ProjNative.CreateTransform(context, from, to, 0, 0))
            ?? throw NoOperation(source, target);
        return PjHandle.Own(context, ProjNative.InLonLatOrder(context, made)) ?? throw NoOperation(source, target);
    }

    private static CrsInvalidException NoOperation(Crs source, Crs target) => new(source.Definition,
        $"cannot be transformed to '{target}': {ContextHandle.TakeError()}", "Use a system of the earth that PROJ can relate to WGS84");
}
