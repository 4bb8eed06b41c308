namespace Pile.Format;

/// <summary>Who defines a column.</summary>
public enum ColumnRole
{
    /// <summary>The survey: its own name, type, unit and mask.</summary>
    Native,

    /// <summary>The modality: the same in every dataset of its kind.</summary>
    Standard,
}
