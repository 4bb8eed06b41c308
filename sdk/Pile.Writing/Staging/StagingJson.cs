using System.Text.Json.Serialization;
using Pile.Writing.Spill;

namespace Pile.Writing.Staging;

/// <summary>JSON of a staging folder, compiled ahead of time: reflection would compile hundreds of methods in every build.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(DatasetSpec))]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class StagingJson : JsonSerializerContext;
