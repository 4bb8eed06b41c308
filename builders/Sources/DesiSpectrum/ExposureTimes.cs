using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>The start of the first and the end of the last exposure of each target, MJD in UTC.</summary>
internal sealed class ExposureTimes
{
    private const double SecondsPerDay = 86400;

    private readonly Dictionary<long, (double Start, double End)> ofTarget = [];

    /// <summary>Reads EXP_FIBERMAP, where MJD is the start of an exposure.</summary>
    internal ExposureTimes(CoaddFile file)
    {
        FitsTable table = file.Exposures;
        int rows = checked((int)table.RowCount);
        long[] ids = new long[rows];
        double[] startMjd = new double[rows], exposureSeconds = new double[rows];
        table.Read<long>(table.Column(CoaddFile.TargetId), 0, rows, ids);
        table.Read<double>(table.Column("MJD"), 0, rows, startMjd);
        table.Read<double>(table.Column("EXPTIME"), 0, rows, exposureSeconds);
        for (int row = 0; row < rows; row++)
        {
            double endMjd = startMjd[row] + (exposureSeconds[row] / SecondsPerDay);
            if (!(endMjd > 0))
                continue; // unknown
            (double Start, double End) known = ofTarget.GetValueOrDefault(ids[row], (double.MaxValue, double.MinValue));
            ofTarget[ids[row]] = (Math.Min(known.Start, startMjd[row]), Math.Max(known.End, endMjd));
        }
    }

    /// <summary>Returns <c>mjd</c> and <c>mjd_end</c> of targets; null for a target without exposures.</summary>
    internal IEnumerable<ColumnData> Of(long[] targetIds)
    {
        bool[] isNull = [.. targetIds.Select(id => !ofTarget.ContainsKey(id))];
        double[] start = new double[targetIds.Length], end = new double[targetIds.Length];
        for (int row = 0; row < targetIds.Length; row++)
            (start[row], end[row]) = ofTarget.GetValueOrDefault(targetIds[row], (double.NaN, double.NaN));
        return [Column("mjd", start, isNull), Column("mjd_end", end, isNull)];
    }

    private static ColumnData<double> Column(string name, double[] mjd, bool[] isNull) =>
        new(Modality.Common.Find(name)!.With(DType.Float64, []) with { Nullable = true }, mjd, isNull);
}
