export { createReflection, type DescriptorSource, type ReflectionOptions } from "./create-reflection.js";
export { reflectionAlphaService, reflectionService } from "./reflection-service.js";
