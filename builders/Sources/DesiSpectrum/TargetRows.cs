using System.Globalization;
using Pile.Format;

namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>Ids and positions of a block of targets.</summary>
internal sealed class TargetRows
{
    private readonly CoaddFile file;
    private readonly long first;
    private readonly double[] raDeg, decDeg;

    private TargetRows(CoaddFile file, long first, int rows)
    {
        (this.file, this.first) = (file, first);
        (TargetIds, raDeg, decDeg) = (new long[rows], new double[rows], new double[rows]);
        file.FiberMap.Read<long>(file.FiberMap.Column(CoaddFile.TargetId), first, rows, TargetIds);
        file.FiberMap.Read<double>(file.FiberMap.Column("TARGET_RA"), first, rows, raDeg);
        file.FiberMap.Read<double>(file.FiberMap.Column("TARGET_DEC"), first, rows, decDeg);
    }

    /// <summary>TARGETID of each row; negative for fibres without a target, for example of stuck positioners.</summary>
    internal long[] TargetIds { get; }

    internal static TargetRows Read(CoaddFile file, long first, int rows) => new(file, first, rows);

    /// <summary>Returns <c>object_id</c>, <c>ra</c> and <c>dec</c>, and with a group name <c>group_id</c>.</summary>
    /// <param name="groupName">The group of targets, which makes the ids of files unique in which targets repeat; null if ids are
    /// TARGETID.</param>
    internal IEnumerable<ColumnData> Identify(string? groupName)
    {
        if (groupName is null)
            yield return new ColumnData<long>(Column("object_id", DType.Int64), TargetIds);
        else
        {
            yield return TextColumnData.From(Column("object_id", DType.String),
                [.. TargetIds.Select(id => string.Create(CultureInfo.InvariantCulture, $"{groupName}-{id}"))]);
            yield return new ColumnData<long>(Column("group_id", DType.Int64), TargetIds);
        }
        yield return new ColumnData<double>(Column("ra", DType.Float64), raDeg);
        yield return new ColumnData<double>(Column("dec", DType.Float64), decDeg);
    }

    /// <summary>Returns the rows with a valid position; the others are rejected.</summary>
    internal int[] Usable(BuildContext context)
    {
        List<int> usable = [];
        for (int row = 0; row < TargetIds.Length; row++)
            if (raDeg[row] is not (>= 0 and < 360))
                context.Reject(Invalid(row, "TARGET_RA", raDeg[row], "an angle of 0 to 360 degrees"));
            else if (decDeg[row] is not (>= -90 and <= 90))
                context.Reject(Invalid(row, "TARGET_DEC", decDeg[row], "an angle of -90 to 90 degrees"));
            else
                usable.Add(row);
        return [.. usable];
    }

    private ValueInvalidException Invalid(int row, string column, double value, string expected) =>
        new($"{file.Path}, HDU FIBERMAP", first + row, column, value.ToString("R", CultureInfo.InvariantCulture), expected,
            "Skip bad rows (BuildSettings.SkipsBadRows), or leave out this file");

    private static ColumnSchema Column(string name, DType type) => Modality.Common.Find(name)!.With(type, []);
}
