using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Writing;

/// <summary>Declarations about a stored column that its source does not contain: the names of its codes, its sentinel values, its
/// unit.</summary>
/// <remarks>Declarations never change values. They also apply to aliases of the column.</remarks>
internal sealed record NativeColumn
{
    /// <summary>The stored name of the column.</summary>
    public required string Name { get; init; }

    /// <summary>The names of the codes of an integer column; empty if not declared.</summary>
    public ImmutableArray<CategorySchema> Categories { get; init; } = [];

    /// <summary>The numbers that mark missing values in the survey; empty if not declared.</summary>
    public ImmutableArray<double> Sentinels { get; init; } = [];

    /// <summary>The unit, if the source has none; null if not declared.</summary>
    public string? Unit { get; init; }

    /// <summary>The UCD, which replaces that of the source; null to keep it.</summary>
    public string? Ucd { get; init; }

    /// <summary>A description of one line, which replaces that of the source; null to keep it.</summary>
    public string? Description { get; init; }

    /// <summary>The time scale, reference position and zero point of a column of times, if the source has none; null if not
    /// declared.</summary>
    public TimeAxis? Time { get; init; }

    /// <summary><c>vacuum</c> or <c>air</c>, for a column of wavelengths whose source does not state it; null if not declared.</summary>
    public string? SpectralMedium { get; init; }

    /// <summary>Returns the column with its declarations.</summary>
    /// <exception cref="SchemaMismatchException">The source's unit, times or spectral medium contradict the declaration, or the column has
    /// booleans.</exception>
    internal ColumnSchema Declare(ColumnSchema column, string source)
    {
        if (column.DType is DType.Bool) // the other types may become a suitable one with the values of other files
            RequireType(column, source);
        if (Unit is { } unit && column.Unit is { Length: > 0 } found && unit != found)
            throw new SchemaMismatchException(source, Name, $"its unit is '{found}' in the source and '{unit}' in the recipe",
                "Leave the unit out; a conversion is an alias, under 'columns'");
        if (Time is not null && column.Time?.Or(Time.Scale) is { } stated && stated != Time)
            throw new SchemaMismatchException(source, Name, $"its times are {TimeWords.Describe(stated)} in the source and "
                + $"{TimeWords.Describe(Time)} in the recipe",
                "Leave the time out");
        if (SpectralMedium is not null && column.SpectralMedium is { } medium && medium != SpectralMedium)
            throw new SchemaMismatchException(source, Name,
                $"its wavelengths are in {medium} in the source and in {SpectralMedium} in the recipe", "Leave the spectral medium out");
        return column with
        {
            Time = Time ?? column.Time,
            SpectralMedium = SpectralMedium ?? column.SpectralMedium,
            Categories = Categories.IsEmpty ? column.Categories : Categories,
            Sentinels = Sentinels.IsEmpty ? column.Sentinels : Sentinels,
            Unit = Unit ?? column.Unit,
            Ucd = Ucd ?? column.Ucd,
            Description = Description ?? column.Description,
        };
    }

    /// <summary>Checks the type of the column in the dataset. The type in one file may be another: a text file without values has text, one
    /// with whole numbers integers.</summary>
    /// <param name="column">The column.</param>
    /// <param name="source">The file that the type is from, for messages.</param>
    /// <exception cref="SchemaMismatchException">The type contradicts the declaration.</exception>
    internal void RequireType(ColumnSchema column, string source)
    {
        if (!Sentinels.IsEmpty && column.DType is (DType.String or DType.Bool))
            throw new SchemaMismatchException(source, Name, $"sentinels must be numbers, found {column.DType.Name()}",
                "Leave the sentinels out");
        if (!Categories.IsEmpty && !column.DType.IsInteger())
            throw CategoriesNeedIntegers(source, Name, column.DType);
        if (!column.DType.IsFloat() && (Time is not null || SpectralMedium is not null))
            throw new SchemaMismatchException(source, Name, $"times and wavelengths must be floats, found {column.DType.Name()}",
                column.DType.IsInteger()
                    ? $"For tables, read it as floats: set 'cast: {{ {Name}: float64 }}' in the recipe's source, or in its 'join'. "
                        + $"Otherwise convert the column, or leave {Declared} out"
                    : $"Leave {Declared} out, or convert the column");
    }

    private string Declared => (Time, SpectralMedium) switch
    {
        (null, _) => "'spectral_medium'",
        (_, null) => "'time'",
        _ => "'time' and 'spectral_medium'",
    };

    /// <summary>Creates the error of a column with categories whose values are not integers.</summary>
    /// <param name="source">The file.</param>
    /// <param name="column">The name of the column.</param>
    /// <param name="found">Its type.</param>
    internal static SchemaMismatchException CategoriesNeedIntegers(string source, string column, DType found) => new(source, column,
        $"categories need a column of integer codes, found {found.Name()}", "Give codes, or leave the categories out");
}
