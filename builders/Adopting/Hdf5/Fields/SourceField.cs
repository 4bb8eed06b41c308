using System.Collections.Immutable;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>A column as one file has it: a dataset, a member of a compound dataset, or an attribute.</summary>
/// <param name="Name">The name of the column: unique in its table or object.</param>
/// <param name="Path">The path of the dataset, or of the object with the attribute.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">The shape of one row, with the axes of the type; <see cref="ColumnSchema.Ragged"/> for a sequence.</param>
internal sealed record SourceField(string Name, string Path, FieldType Type, ImmutableArray<int> Shape)
{
    /// <summary>The offset of a member in its compound element.</summary>
    internal int MemberOffset { get; init; }

    /// <summary>True for a member of a compound.</summary>
    internal bool IsMember { get; init; }

    /// <summary>The attribute; null for a dataset.</summary>
    internal ForeignAttribute? Attribute { get; init; }

    /// <summary>Why its values can neither be read nor located; null if they can.</summary>
    internal string? Obstacle { get; init; }

    /// <summary>Why its values cannot be located in the file, but only be read; null if they can.</summary>
    internal string? ReferenceObstacle { get; init; }

    /// <summary>The unit that the file declares.</summary>
    internal string? Unit { get; init; }

    /// <summary>The numbers that the file means, as a formula of the stored ones; null if they are the same.</summary>
    internal string? Packing { get; init; }

    /// <summary>The numbers that mark missing values.</summary>
    internal ImmutableArray<double> Sentinels { get; init; } = [];

    /// <summary>The description that the file has.</summary>
    internal string? Description { get; init; }

    /// <summary>The UCD that the file declares.</summary>
    internal string? Ucd { get; init; }

    /// <summary>The meaning of its times that the file declares; null if they are not times.</summary>
    internal TimeAxis? Time { get; init; }

    /// <summary>The medium of its wavelengths that the file declares; null if it declares none.</summary>
    internal string? SpectralMedium { get; init; }

    /// <summary>The frame of its positions that the file declares.</summary>
    internal string? Frame { get; init; }

    /// <summary>The member of the same compound that is true where a value is missing; null without one.</summary>
    internal SourceField? Mask { get; init; }

    /// <summary>The member of the same compound that is added to each value, as that of a time of two numbers; null without one.</summary>
    internal SourceField? SecondPart { get; init; }

    /// <summary>What is subtracted from the first of two parts.</summary>
    internal double ZeroDay { get; init; }

    /// <summary>The type of its elements in the file, if the column has another one.</summary>
    internal FieldType? StoredType { get; init; }

    /// <summary>The dataset that is true for rows without a value; null without one.</summary>
    internal CompanionField? NullFlags { get; init; }

    /// <summary>The dataset with the shape of each row, the rest of which is padding; null without one.</summary>
    internal CompanionField? RowShapes { get; init; }

    /// <summary>The shape that all rows have without padding; <see cref="ColumnSchema.Ragged"/> for lengths that differ. It is
    /// <see cref="Shape"/>, unless a scan has read <see cref="RowShapes"/>.</summary>
    internal ImmutableArray<int> CommonShape { get => field.IsDefault ? Shape : field; init; }

    /// <summary>The place for messages.</summary>
    internal string Place => Attribute is { } attribute ? $"{Path}@{attribute.Name}" : Path;

    /// <summary>The number of elements of one row, of a shape without a variable axis.</summary>
    internal long ElementsPerRow
    {
        get
        {
            long count = 1;
            foreach (int length in Shape)
                count = length <= 0 ? length is 0 ? 0 : count : count > long.MaxValue / length ? long.MaxValue : count * length;
            return count;
        }
    }
}
