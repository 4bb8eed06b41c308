namespace Pile.Format;

/// <summary>What one code of an integer column stands for.</summary>
/// <param name="Code">The number that is stored.</param>
/// <param name="Name">The class that it names.</param>
public sealed record CategorySchema(long Code, string Name);
