namespace Pile.Format;

/// <summary>Who defines a column.</summary>
internal enum ColumnRole
{
    /// <summary>The survey: its own name, type, unit and mask.</summary>
    Native,

    /// <summary>The modality: the same in every dataset of its kind.</summary>
    Standard,
}
