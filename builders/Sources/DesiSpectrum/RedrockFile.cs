using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>The redshifts of a coadd file, in the file <c>redrock-*.fits</c> beside it.</summary>
internal sealed class RedrockFile
{
    private const string CoaddPrefix = "coadd-", Prefix = "redrock-", Compressed = ".gz";

    private readonly List<ColumnData> columns = [];
    private readonly Dictionary<long, int> rowOf = [];

    private RedrockFile(FitsFile file)
    {
        FitsTable table = file.Hdu("REDSHIFTS").Table();
        long[] ids = new long[table.RowCount];
        table.Read<long>(table.Column(CoaddFile.TargetId), 0, ids.Length, ids);
        for (int row = 0; row < ids.Length; row++)
            if (!rowOf.TryAdd(ids[row], row))
                throw new SchemaMismatchException(file.Path, CoaddFile.TargetId,
                    $"target {ids[row]} has two rows, {rowOf[ids[row]]} and {row}", "Use the file of the release");
        foreach (FitsColumn column in table.Columns)
            if (column.Name != CoaddFile.TargetId)
                columns.Add(FitsNative.Read(file.Path, table, column, column.Name, 0, ids.Length));
    }

    /// <summary>Returns the path of the redshifts of a coadd file.</summary>
    /// <exception cref="SourceUnreadableException">There is no such file.</exception>
    /// <exception cref="SchemaMismatchException">There is no such file, and <paramref name="coaddPath"/> is not a coadd.</exception>
    internal static string PathFor(string coaddPath)
    {
        string name = Path.GetFileName(coaddPath);
        string beside = Path.Combine(Path.GetDirectoryName(coaddPath)!,
            name.StartsWith(CoaddPrefix, StringComparison.Ordinal) ? Prefix + name[CoaddPrefix.Length..] : Prefix + name);
        if (File.Exists(beside))
            return beside;
        // Releases compress coadds, but not redshifts.
        return beside.EndsWith(Compressed, StringComparison.Ordinal) && beside[..^Compressed.Length] is var plain && File.Exists(plain)
            ? plain : throw MissingFor(coaddPath, beside);
    }

    // A glob may also match other files, which have no redshifts of their own.
    private static SourceUnreadableException MissingFor(string coaddPath, string beside)
    {
        using CoaddFile coadd = CoaddFile.Open(coaddPath);
        return new SourceUnreadableException(coaddPath, $"the file of its redshifts, '{beside}', does not exist",
            "Download it, or set 'redshifts: none' in the recipe's source");
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FitsException">The file is not a FITS file, or has no redshifts.</exception>
    internal static RedrockFile Read(string path)
    {
        using FitsFile file = FitsFile.OpenRead(path);
        return new RedrockFile(file);
    }

    /// <summary>Returns the columns of REDSHIFTS for targets; null for a target without a redshift.</summary>
    internal IEnumerable<ColumnData> Native(long[] targetIds)
    {
        int[] rows = [.. targetIds.Select(id => rowOf.GetValueOrDefault(id, -1))];
        return columns.Select(column => column.Take(rows, column.Schema with { Nullable = true }));
    }
}
