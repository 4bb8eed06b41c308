using Pile.Format;

namespace Pile.Adopting;

/// <summary>The columns of rows that are files.</summary>
internal static class FileColumns
{
    /// <summary>The largest content of a row: the largest array of .NET.</summary>
    internal const long MaxContentBytes = 2_147_483_591;

    /// <summary>The MJD of 1970-01-01, from which file systems count.</summary>
    private const double UnixEpochMjd = 40_587;

    private const double MicrosPerDay = 86_400e6;

    private static readonly Modality Definition = Modality.Get(Modality.OfFiles, frame: null);

    internal static readonly ColumnSchema ObjectId = Definition.Column("object_id", DType.String, []);
    internal static readonly ColumnSchema Path = Definition.Column("path", DType.String, []);
    internal static readonly ColumnSchema Size = Definition.Column("size", DType.Int64, []);
    internal static readonly ColumnSchema Modified = Definition.Column("modified", DType.Float64, []) with { Time = new TimeAxis("UTC") };
    internal static readonly ColumnSchema MediaType = Definition.Column("media_type", DType.String, []) with { Nullable = true };
    internal static readonly ColumnSchema Content = Definition.Column("content", DType.UInt8, [ColumnSchema.Ragged]) with
    {
        Storage = ColumnStorage.Reference,
        Nullable = true,
    };

    /// <summary>Returns a time as MJD in UTC.</summary>
    internal static double MjdOf(long unixMicros) => LeapSeconds.OfClock(UnixEpochMjd + (unixMicros / MicrosPerDay));

    /// <summary>Returns the column of the files with an ending, of rows that are files of one stem.</summary>
    /// <param name="ending">The ending in lower case, without its first dot; empty for files without one.</param>
    internal static ColumnSchema ContentOf(string ending) => ending.Length == 0 ? Content : new()
    {
        Name = IsTaken(ending) ? ColumnNames.Native(ending) : ending,
        DType = DType.UInt8,
        Shape = [ColumnSchema.Ragged],
        Storage = ColumnStorage.Reference,
        Role = ColumnRole.Native,
        Nullable = true,
        Ucd = Content.Ucd,
        Description = $"the bytes of the file with the ending .{ending}",
    };

    /// <summary>Returns a column of a table that is joined to files: a name that is used otherwise gets the prefix
    /// <c>native_</c>.</summary>
    internal static ColumnSchema NativeOf(ColumnSchema column) => column with
    {
        Name = IsTaken(column.Name) ? ColumnNames.Native(column.Name) : column.Name,
        Role = ColumnRole.Native,
        StringBytes = 0,
        Nullable = true,
    };

    private static bool IsTaken(string name) => Definition.Find(name) is not null || name is "ra" or "dec" or "healpix"
        || name.StartsWith(ColumnNames.PiecePrefix, StringComparison.OrdinalIgnoreCase)
        || name.Equals(ColumnNames.Healpix29, StringComparison.OrdinalIgnoreCase);
}
