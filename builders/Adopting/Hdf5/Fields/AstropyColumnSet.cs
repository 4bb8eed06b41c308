using Pile.Format;
using Pile.Hdf5;
using Pile.Tables.Ecsv;

namespace Pile.Adopting;

/// <summary>The columns of one table of astropy.</summary>
/// <param name="path">The file.</param>
/// <param name="place">The place of the description.</param>
/// <param name="meta">The description.</param>
/// <param name="prefix">The prefix of the names of the columns.</param>
/// <param name="fields">The columns as stored.</param>
internal sealed class AstropyColumnSet(string path, string place, AstropyTableMeta meta, string prefix, List<SourceField> fields)
{
    private readonly Dictionary<string, SourceField> stored = fields.DistinctBy(field => field.Name)
        .ToDictionary(field => field.Name, StringComparer.Ordinal);

    /// <summary>Returns the columns in the order of the file.</summary>
    /// <exception cref="Hdf5Exception">The description refers to columns that the table does not have, or that have other
    /// types.</exception>
    internal List<SourceField> Columns()
    {
        Dictionary<string, SourceField> described = new(stored, StringComparer.Ordinal);
        foreach ((string name, ColumnSchema column) in meta.Columns)
            if (described.TryGetValue(NameOf(name), out SourceField? field))
                described[field.Name] = Described(field, meta.Objects.GetValueOrDefault(name)?.AddTo(column) ?? column,
                    meta.Objects.GetValueOrDefault(name));
        foreach ((string name, string mask) in meta.Masks)
            foreach (SourceField masked in PartsOf(name))
                described[masked.Name] = Masked(described[masked.Name], Required(mask));
        foreach (AstropyTime time in meta.Times)
            Join(time, described);
        HashSet<string> masks = [.. meta.Masks.Values.Select(NameOf)];
        return [.. fields.Where(field => !masks.Contains(field.Name) && described.ContainsKey(field.Name))
            .Select(field => described[field.Name])];
    }

    private static SourceField Described(SourceField field, ColumnSchema column, AstropyColumn? facts) => field with
    {
        Unit = column.Unit,
        Description = column.Description,
        Ucd = column.Ucd,
        Time = field.Shape.IsEmpty ? column.Time : null,
        Frame = facts?.Frame,
    };

    private SourceField Masked(SourceField field, SourceField mask)
    {
        if (mask.Obstacle is not null || mask.Type.DType is not DType.Bool || !mask.Shape.AsSpan().SequenceEqual(field.Shape.AsSpan()))
            throw new Hdf5Exception(path, field.Path, $"'{mask.Name}' is the mask of '{field.Name}' ({place}), but does not have a boolean "
                + "for each of its values");
        SourceField masked = field with
        {
            Mask = mask,
            ReferenceObstacle = field.Obstacle ?? $"its mask '{mask.Name}' marks missing elements, which values that remain in the file "
                + "cannot express. Write it with NaN (Column.filled), or build a dataset of a FITS or ECSV file of the table",
        };
        if (field.Shape.IsEmpty || field.Type.DType.IsFloat())
            return masked;
        // Single elements have no null flags, so that small integers are read as float64, with NaN for missing ones, as in ECSV.
        return field.Type.DType is DType.Int8 or DType.UInt8 or DType.Int16 or DType.UInt16 or DType.Int32 or DType.UInt32
            ? masked with { Type = field.Type with { DType = DType.Float64, Categories = [] }, StoredType = field.Type }
            : masked with
            {
                Obstacle = field.Obstacle ?? $"its mask '{mask.Name}' marks missing elements, which arrays of {field.Type.DType.Name()} "
                    + "cannot express. Build a dataset of a FITS or ECSV file of the table instead",
            };
    }

    /// <summary>Makes one column of the parts of a time, of which each alone is not a time.</summary>
    private void Join(AstropyTime time, Dictionary<string, SourceField> described)
    {
        (SourceField first, SourceField second) = (described[Required(time.First).Name], described[Required(time.Second).Name]);
        if (!first.Shape.IsEmpty || !second.Shape.IsEmpty)
        {
            string sum = $"the sum of '{first.Name}' and '{second.Name}' is a "
                + (time.IsDuration ? "number of days" : $"Julian date{(time.Scale is { } scale ? $" in {scale}" : "")}");
            foreach (SourceField part in (ReadOnlySpan<SourceField>)[first, second])
                described[part.Name] = part with { Unit = part.Unit ?? "d", Description = part.Description ?? sum };
            return;
        }
        if (first is not { Obstacle: null, Type.DType: DType.Float64 } || second is not { Obstacle: null, Type.DType: DType.Float64 })
            throw new Hdf5Exception(path, first.Path, $"'{first.Name}' and '{second.Name}' are the parts of a time ({place}), but not "
                + "numbers of 64 bits");
        string name = NameOf(time.Name);
        described[first.Name] = first with
        {
            Name = stored.ContainsKey(name) ? first.Name : name,
            SecondPart = second,
            ZeroDay = time.IsDuration ? 0 : TimeWords.JdOfMjdZero,
            Unit = "d",
            Time = time.Axis,
            ReferenceObstacle = "it is the sum of two columns",
        };
        described.Remove(second.Name);
    }

    private string NameOf(string column) => FieldNames.Join(prefix, column);

    /// <summary>Returns a column, or the members of one that is a compound, as h5py writes complex numbers.</summary>
    private SourceField[] PartsOf(string column) => stored.ContainsKey(NameOf(column)) ? [stored[NameOf(column)]]
        : stored.Values.Where(f => f.Name.StartsWith($"{NameOf(column)}.", StringComparison.Ordinal)
            && !meta.Masks.Values.Any(mask => NameOf(mask) == f.Name)).ToArray() is { Length: > 0 } members ? members
        : [Required(column)];

    private SourceField Required(string column) => stored.TryGetValue(NameOf(column), out SourceField? field) ? field
        : throw new Hdf5Exception(path, place, $"it describes the column '{column}', which the table does not have");
}
