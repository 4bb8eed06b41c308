using Pile.Fits;
using Pile.Format;
using Pile.Tables.Fits;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>The values of one quantity in an open file: for each spectrum an array of numbers.</summary>
/// <remarks>A column of single numbers is one spectrum, with a row per wavelength. A column of arrays has a spectrum per row. An image has
/// a spectrum per line; NAXIS1 is the wavelength.</remarks>
internal sealed class SpectrumValues
{
    private readonly FitsTable? table;
    private readonly FitsImage? image;
    private readonly int? only, plane;
    private readonly SpectrumValues? flagged;
    private readonly string label;

    private SpectrumValues(FitsFile file, FitsHdu hdu, string? column, int? only, int? plane, string label,
        SpectrumValues? flagged)
    {
        (Path, Hdu, this.only, this.plane, this.label, this.flagged) = (file.Path, hdu, only, plane, label, flagged);
        if (hdu.Kind is FitsHduKind.Image)
        {
            if (column is not null)
                throw Unlike($"HDU {hdu.Label} is an image, which has no column '{column}'");
            image = hdu.Image();
            if (image.Axes.Count == 0 || image.Width == 0)
                throw Unlike($"HDU {hdu.Label} has no pixels. {file.Contents().TrimEnd('.')}");
            if (plane >= image.PlaneCount)
                throw Unlike($"HDU {hdu.Label} has {CountText.Of(image.PlaneCount, "plane")}, so that there is no plane {plane}");
            Count = checked((int)(image.Height * (plane is null ? image.PlaneCount : 1)));
        }
        else
        {
            if (plane is not null)
                throw Unlike($"HDU {hdu.Label} is a table, which has no plane {plane}");
            table = hdu.Table();
            Column = table.TryColumn(column ?? "", out FitsColumn? found) ? found
                : throw SchemaMismatchException.Unknown($"{file.Path}, {label}HDU {hdu.Label}", column ?? "(none)",
                    table.Columns.Select(c => c.Name), "Correct the column in the recipe's source");
            if (!FitsValues.CanReadAs<double>(Column.Type) && Column.Type is not (FitsType.Int64 or FitsType.UInt64)
                && !(flagged is not null && IsLogical))
                throw Unlike($"HDU {hdu.Label}, column '{Column.Name}' should have numbers, found TFORM {Column.Form}");
            IsPerSample = !Column.IsVariableLength && (Column.Repeat == 1 || (Column.Type is FitsType.Bit
                && flagged is { IsPerSample: true } && flagged.table!.RowCount == table.RowCount)); // 8X of each wavelength
            Count = IsPerSample ? 1 : checked((int)table.RowCount);
        }
        CountInFile = Count;
        if (only is { } row)
        {
            if (row >= Count)
                throw Unlike($"HDU {hdu.Label} has {Count} spectra, so that there is no row {row}");
            Count = 1;
        }
    }

    internal string Path { get; }

    internal FitsHdu Hdu { get; }

    /// <summary>The HDU or the column, for messages.</summary>
    internal string Place => Column is null ? $"HDU {Hdu.Label}" : $"HDU {Hdu.Label}, column '{Column.Name}'";

    /// <summary>The column; null for an image.</summary>
    internal FitsColumn? Column { get; }

    /// <summary>The table; null for an image.</summary>
    internal FitsTable? Table => table;

    /// <summary>True for a column with a row per wavelength.</summary>
    internal bool IsPerSample { get; }

    /// <summary>The number of spectra; an only one belongs to all spectra of the flux.</summary>
    internal int Count { get; }

    /// <summary>The number of spectra in the file, of which the recipe may name one.</summary>
    internal int CountInFile { get; }

    /// <summary>The unit in the file; null without one.</summary>
    internal string? Unit => Column is not null ? Column.Unit : image!.Unit;

    /// <summary>The medium of the wavelengths that the column declares, and how: by TCTYP, or by the UCD of wavelengths in air
    /// (<c>em.wl;obs.atmos</c>, as in ESO's science data products); null if it declares none.</summary>
    internal (SpectralMedium Medium, string Text)? DeclaredMedium => Column is null ? null
        : FitsMedia.Of(Hdu.Header, Column, Column.Index + 1) is { } word
            ? (word == "air" ? SpectralMedium.Air : SpectralMedium.Vacuum, $"TCTYP{Column.Index + 1}")
        : Column.Ucd?.Split(';') is [var quantity, .. var rest] && quantity.Trim().StartsWith("em.wl", StringComparison.OrdinalIgnoreCase)
            && rest.Any(part => part.Trim().Equals("obs.atmos", StringComparison.OrdinalIgnoreCase))
            ? (SpectralMedium.Air, $"the UCD '{Column.Ucd}'") : null;

    /// <summary>True if the values are stored as float32.</summary>
    internal bool IsFloat32 => (Column?.Type ?? image!.Type) is FitsType.Float32;

    /// <summary>The lengths of an image's axes; empty for a column.</summary>
    internal IReadOnlyList<long> Axes => image?.Axes ?? [];

    /// <summary>Finds the values.</summary>
    /// <param name="file">The file.</param>
    /// <param name="hdu">The HDU.</param>
    /// <param name="recipe">The column and the row.</param>
    /// <param name="label">Begins messages.</param>
    /// <param name="flagged">For a mask, the values that it flags, to accept logical values and bits, which <see cref="ReadBits"/>
    /// reads.</param>
    /// <exception cref="PileException">There are no such values.</exception>
    internal static SpectrumValues Open(FitsFile file, FitsHdu hdu, ValuesRecipe recipe, string label = "",
        SpectrumValues? flagged = null) => new(file, hdu, recipe.Column, recipe.Row, recipe.Plane, label, flagged);

    /// <summary>Returns the values of a row only, if they have as many rows as others of which one is used.</summary>
    internal SpectrumValues WithRowOf(SpectrumValues others, FitsFile file) =>
        others.only is { } row && only is null && Count > 1 && Count == others.CountInFile
            ? new(file, Hdu, Column?.Name, row, plane, label, flagged) : this;

    private bool IsLogical => Column?.Type is FitsType.Bool or FitsType.Bit;

    /// <summary>Returns the row of a spectrum in the file.</summary>
    internal int RowOf(int spectrum) => only ?? (Count == 1 ? 0 : spectrum);

    /// <summary>Returns whether these are the very values of others: the same lines of an image, or the same rows of a column.</summary>
    internal bool AreThoseOf(SpectrumValues others) => Hdu == others.Hdu && Column?.Index == others.Column?.Index
        && Count == others.Count && LineOf(0) == others.LineOf(0);

    private long LineOf(int spectrum) => RowOf(spectrum) + ((plane ?? 0) * (image?.Height ?? 0));

    /// <summary>Reads the values of one spectrum; nulls are NaN.</summary>
    internal double[] Read(int spectrum)
    {
        int row = RowOf(spectrum);
        if (image is not null)
            return ReadLine<double>(row);
        if (FitsValues.CanReadAs<double>(Column!.Type))
            return ReadColumn<double>(row, out _);
        bool[] isNull;
        double[] values = Column.Type is FitsType.UInt64 ? Array.ConvertAll(ReadColumn<ulong>(row, out isNull), v => (double)v)
            : Array.ConvertAll(ReadColumn<long>(row, out isNull), v => (double)v);
        for (int i = 0; i < values.Length; i++)
            values[i] = isNull[i] ? double.NaN : values[i];
        return values;
    }

    /// <summary>Reads the flags of one spectrum, all 64 bits of them; 1 for a logical value that is true. Of a null, all bits are
    /// set. Several bits of a sample are an integer, whose most significant bit is the first (FITS 4.0, section 7.3.3.1).</summary>
    /// <param name="spectrum">The spectrum.</param>
    /// <param name="hasBits">True if single bits count; otherwise a fraction, as in masks that were resampled, has all bits.</param>
    /// <param name="count">The number of samples, which several bits may belong to.</param>
    /// <exception cref="SchemaMismatchException">A fraction has no bits.</exception>
    internal long[] ReadBits(int spectrum, bool hasBits, int count)
    {
        int row = RowOf(spectrum);
        bool[] isNull;
        long[] bits;
        switch (Column?.Type ?? image!.Type)
        {
            case FitsType.Int64 when image is not null:
                bits = ReadLine<long>(row);
                isNull = Array.ConvertAll(bits, b => b == image.Blank);
                break;
            case FitsType.Int64:
                bits = ReadColumn<long>(row, out isNull);
                break;
            case FitsType.UInt64:
                ulong[] unsigned = image is not null ? ReadLine<ulong>(row) : ReadColumn<ulong>(row, out _);
                return Array.ConvertAll(unsigned, b => (long)b);
            case FitsType.Bit when ReadColumn<bool>(row, out _) is var set && count > 0 && set.Length / count is > 1 and < 64 and var width
                && set.Length % count == 0:
                return [.. set.Chunk(width).Select(of => of.Aggregate(0L, (sum, bit) => (sum << 1) | (bit ? 1L : 0)))];
            case FitsType.Bool or FitsType.Bit:
                bits = Array.ConvertAll(ReadColumn<bool>(row, out isNull), isTrue => isTrue ? 1L : 0);
                break;
            default: // float64 represents the flags
                return Array.ConvertAll(Read(spectrum), v => double.IsNaN(v) || (!hasBits && !double.IsInteger(v)) ? -1
                    : double.IsInteger(v) ? (long)v
                    : throw Unlike($"{Place} has the value {v:R}, in which no bits can be bad. Set 'mask: {{ bad: nonzero }}'"));
        }
        for (int i = 0; i < bits.Length; i++)
            bits[i] = isNull[i] ? -1 : bits[i];
        return bits;
    }

    private T[] ReadLine<T>(int line) where T : unmanaged
    {
        T[] pixels = new T[image!.Width];
        image.Read<T>(0, line % image.Height, pixels.Length, 1, pixels, plane ?? line / image.Height);
        return pixels;
    }

    private T[] ReadColumn<T>(int row, out bool[] isNull) where T : unmanaged
    {
        T[] values;
        if (Column!.IsVariableLength)
        {
            long[] length = [0];
            table!.ReadLengths(Column, row, length);
            (values, isNull) = (new T[length[0]], new bool[length[0]]);
            table.ReadRow<T>(Column, row, values, isNull);
            return values;
        }
        int rows = IsPerSample ? checked((int)table!.RowCount) : 1;
        (values, isNull) = (new T[rows * Column.Repeat], new bool[rows * Column.Repeat]);
        table!.Read<T>(Column, IsPerSample ? 0 : row, rows, values, isNull);
        return values;
    }

    /// <summary>True if the spectra can have arrays of different lengths.</summary>
    internal bool HasLengths => Count > 1 && Column is { IsVariableLength: true };

    internal SchemaMismatchException Unlike(string finding) => Unlike(finding, isOfRow: false);

    /// <summary>Creates the error of one spectrum.</summary>
    /// <param name="finding">What is wrong.</param>
    /// <param name="isShared">True if the other spectra of the HDU have the same fault.</param>
    internal SchemaMismatchException UnlikeOfOne(string finding, bool isShared) => Unlike(finding, isOfRow: Count == 1 || !isShared);

    private SchemaMismatchException Unlike(string finding, bool isOfRow) => new(Path, null, label + finding,
        "Correct 'hdu', 'column' or 'row' in the recipe's source, " + (isOfRow && Count > 1
            ? "leave out this file, or skip bad rows (BuildSettings.SkipsBadRows)" : "or leave out this file"))
    { IsOfRow = isOfRow };
}
