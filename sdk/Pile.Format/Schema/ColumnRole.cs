namespace Pile.Format;

/// <summary>The origin of a column's definition.</summary>
internal enum ColumnRole
{
    /// <summary>Defined by the survey: its own name, type, unit and mask.</summary>
    Native,

    /// <summary>Defined by the modality: the same in every dataset of its kind.</summary>
    Standard,
}
