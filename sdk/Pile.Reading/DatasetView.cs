namespace Pile.Reading;

/// <summary>The names under which a dataset's columns are read.</summary>
internal enum DatasetView
{
    /// <summary>Every stored column and every alias, evaluated. An alias hides a native column of the same name.</summary>
    Standard,

    /// <summary>Every stored column under its own name, as the survey has it.</summary>
    Native,
}
