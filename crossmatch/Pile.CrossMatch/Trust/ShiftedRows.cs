using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>A sample of rows of A, each at several shifted positions, where all partners are chance coincidences.</summary>
/// <remarks>A row is moved along the tangent plane, so that a shift is the same everywhere, also at the poles.</remarks>
internal sealed class ShiftedRows
{
    /// <summary>The smallest and the largest number of shifts.</summary>
    internal const int FewestShifts = 8, MostShifts = 64;

    // At least 10 arcseconds: a true partner with a large error, or a blended image of the same object, would otherwise be counted.
    private const double RadiiOfLeast = 10, LeastArcsec = 10, LargestToLeast = 2;

    // Away from the poles, small shifts are computed without inverse functions, to third order in the shift.
    private const double LeastCosOfFlat = 0.2, LargestFlat = 0.005, DegPerRad = 180 / Math.PI;

    private ShiftedRows(PositionArrays positions, int[] rows, byte[] shifts, int sampledRows, int shiftCount, int runs)
    {
        (Positions, Rows, Shifts, SampledRows, ShiftCount, Runs) = (positions, rows, shifts, sampledRows, shiftCount, runs);
    }

    /// <summary>The shifted positions, sorted.</summary>
    internal PositionArrays Positions { get; }

    /// <summary>The row of A of each shifted position.</summary>
    internal int[] Rows { get; }

    /// <summary>The number of the shift of each shifted position.</summary>
    internal byte[] Shifts { get; }

    /// <summary>The number of rows in the sample.</summary>
    internal int SampledRows { get; }

    /// <summary>The number of shifts of each row.</summary>
    internal int ShiftCount { get; }

    /// <summary>The number of runs of consecutive rows that make up the sample; 1 if it contains all rows.</summary>
    internal int Runs { get; }

    /// <summary>Returns the smallest and the largest shift of a radius.</summary>
    internal static (double Least, double Largest) DistancesArcsec(double radiusArcsec)
    {
        double least = Math.Max(RadiiOfLeast * radiusArcsec, LeastArcsec);
        return (least, LargestToLeast * least);
    }

    /// <summary>Shifts a sample of rows.</summary>
    /// <param name="a">The positions of A.</param>
    /// <param name="rows">The rows of the sample.</param>
    /// <param name="runs">The number of runs of consecutive rows.</param>
    /// <param name="radiusArcsec">The radius of the match.</param>
    /// <param name="wantedPositions">The number of shifted positions to make, if 8 to 64 shifts give it.</param>
    /// <param name="workers">The number of threads.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static ShiftedRows Of(SortedPositions a, int[] rows, int runs, double radiusArcsec, int wantedPositions, int workers,
        CancellationToken cancellationToken)
    {
        (double East, double North)[] shifts = ShiftsOf(radiusArcsec,
            Math.Clamp(wantedPositions / Math.Max(rows.Length, 1), FewestShifts, MostShifts));
        int count = rows.Length * shifts.Length, blockRows = Math.Max(rows.Length / (4 * workers), 1024),
            blocks = (rows.Length + blockRows - 1) / blockRows;
        (double[] raDeg, double[] decDeg, long[] pixels) = (new double[count], new double[count], new long[count]);
        ChunkLoop.Run(blocks, workers, block =>
        {
            int first = block * blockRows, end = Math.Min(rows.Length, first + blockRows);
            for (int i = first; i < end; i++)
                Shift(a, rows[i], shifts, raDeg.AsSpan(i * shifts.Length), decDeg.AsSpan(i * shifts.Length));
            // One by one, because the vectors of the other method would be compiled when the program starts.
            for (int i = first * shifts.Length; i < end * shifts.Length; i++)
                pixels[i] = Healpix.AngToPix(Healpix.MaxOrder, raDeg[i], decDeg[i]);
        }, cancellationToken);
        int[] places = PixelSort.Sort(pixels);
        (double[] sortedRa, double[] sortedDec, int[] rowOf, byte[] shiftOf) =
            (new double[count], new double[count], new int[count], new byte[count]);
        for (int i = 0; i < count; i++)
        {
            int place = places[i];
            (sortedRa[i], sortedDec[i]) = (raDeg[place], decDeg[place]);
            (rowOf[i], shiftOf[i]) = (rows[place / shifts.Length], (byte)(place % shifts.Length));
        }
        return new ShiftedRows(new PositionArrays(pixels, sortedRa, sortedDec), rowOf, shiftOf, rows.Length, shifts.Length, runs);
    }

    // A spiral: every shift has its own direction and distance, and no two are opposite. A pair of rows that coincides at a shift would
    // otherwise be counted again, with its rows exchanged, at the opposite shift.
    private static (double East, double North)[] ShiftsOf(double radiusArcsec, int count)
    {
        const double goldenAngle = 2.399963229728653; // π(3 - √5)
        (double least, double largest) = DistancesArcsec(radiusArcsec);
        (double East, double North)[] shifts = new (double, double)[count];
        for (int i = 0; i < count; i++)
        {
            double distance = Math.Tan(double.Lerp(least, largest, i / (count - 1.0)) / 3600 * Math.PI / 180);
            shifts[i] = (distance * Math.Sin(i * goldenAngle), distance * Math.Cos(i * goldenAngle));
        }
        return shifts;
    }

    private static void Shift(SortedPositions a, int row, (double East, double North)[] shifts, Span<double> raDeg, Span<double> decDeg)
    {
        (int chunk, int at) = (row >> SortedPositions.ChunkShift, row & (SortedPositions.ChunkRows - 1));
        (double sinRa, double cosRa) = Math.SinCos(a.RaDeg(chunk)[at] * (Math.PI / 180));
        (double sinDec, double cosDec) = Math.SinCos(a.DecDeg(chunk)[at] * (Math.PI / 180));
        bool isFlat = cosDec > LeastCosOfFlat && shifts[^1] is var last
            && (last.East * last.East) + (last.North * last.North) < LargestFlat * LargestFlat;
        for (int i = 0; i < shifts.Length && isFlat; i++)
        {
            (double east, double north) = shifts[i];
            double ra = a.RaDeg(chunk)[at] + (east / (cosDec - (north * sinDec)) * DegPerRad);
            raDeg[i] = ra < 0 ? ra + 360 : ra >= 360 ? ra - 360 : ra;
            decDeg[i] = a.DecDeg(chunk)[at] + ((north - (east * east * sinDec / (2 * cosDec))) * DegPerRad);
        }
        for (int i = 0; i < shifts.Length && !isFlat; i++)
        {
            (double east, double north) = shifts[i];
            double radial = cosDec - (north * sinDec);
            (raDeg[i], decDeg[i]) = new UnitVector((radial * cosRa) - (east * sinRa), (radial * sinRa) + (east * cosRa),
                sinDec + (north * cosDec)).ToAngles();
        }
    }
}
