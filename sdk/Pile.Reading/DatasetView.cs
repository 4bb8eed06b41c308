namespace Pile.Reading;

/// <summary>Under which names a dataset's columns are seen.</summary>
internal enum DatasetView
{
    /// <summary>Every stored column, and the aliases, evaluated; where an alias and a native column share a name, the alias takes
    /// it.</summary>
    Standard,

    /// <summary>Every stored column under its own name, as the survey has it.</summary>
    Native,
}
