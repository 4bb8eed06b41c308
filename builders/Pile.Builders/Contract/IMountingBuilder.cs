namespace Pile.Builders;

/// <summary>A builder of datasets whose values stay in files outside of them.</summary>
internal interface IMountingBuilder
{
    /// <summary>The local folders of these files, by their addresses in the dataset; complete when all units are read.</summary>
    IReadOnlyDictionary<string, string> Mounts { get; }
}
